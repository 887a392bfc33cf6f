import os, stat
for base, dirs, files in os.walk("/srv/many"):
    for name in files:
        path = os.path.join(base, name)
        os.chmod(path, stat.S_IMODE(os.lstat(path).st_mode) & ~(stat.S_IWGRP | stat.S_IWOTH | stat.S_IROTH))
