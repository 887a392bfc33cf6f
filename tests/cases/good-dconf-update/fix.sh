mkdir -p /etc/dconf/db/local.d/locks
f=/etc/dconf/db/local.d/00-security-settings
[ -e "$f" ] || printf '[org/gnome/desktop/screensaver]\nlock-enabled=true\nlock-delay=uint32 5\n' > "$f"
l=/etc/dconf/db/local.d/locks/00-security-settings-lock
[ -e "$l" ] || printf '/org/gnome/desktop/screensaver/lock-delay\n' > "$l"
dconf update
