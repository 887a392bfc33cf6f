//! sudoers files. `@/` stands for the folder of the main file.

#[rustfmt::skip]
pub(crate) const CASES: &[&str] = &[
    "", "# note\n", "#-x\n", "#1 note\n", "# c \\\nfoo\n", "root ALL=(ALL:ALL) ALL\n", "root\tALL=(ALL:ALL) ALL\r\n", "root ALL=(ALL ALL\n", "root ALL ALL\n", "#1000 ALL=ALL\n", "%wheel ALL=(ALL) NOPASSWD: ALL\n",
    "a ALL=NOPASWD: ALL\n", "a ALL=NOPASSWD ALL\n", "a ALL=nopasswd: ALL\n", "a ALL=ls\n", "a ALL=relative/ls\n", "a ALL=/bin/ls -l, /bin/cat\n", "a ALL=/bin/ls a=b\n", "a ALL=/bin/ls a\\=b\n", "a ALL=/bin/ls \\x\n",
    "a ALL=/bin/ls, \n", "a ALL=/bin/ls \\\n  -l\n", "a ALL=/bin/ls \\", "a ALL=ALL", "a ALL=ALL\\\n", "a ALL=\\\nALL\n", "a ALL=(root) /bin/ls : b=ALL\n", "a ALL=ALL : \n", "a ALL=ALL:\n",
    "User_Alias A = a\nA ALL=ALL\n", "User_Alias a = a\n", "User_Alias Ab = a\n", "User_Alias A = a\nUser_Alias A = b\n", "User_Alias A = a\nHost_Alias A = b\n", "A ALL=ALL\n", "User_Alias A = B\nUser_Alias B = A\nA ALL=ALL\n",
    "Cmnd_Alias C = /bin/ls, !/bin/cat\nHost_Alias H = 10.0.0.0/8, x\nRunas_Alias R = root : S = bin\na H=(R) C\n", "User_Alias ALL = a\n", "User_Alias A a\n", "User_Alias A = a : \n", "User_AliasA = a\n", "User_Alias A = a,\\\n   b\n",
    "Host_Alias H=a,b:G=c\n", "Cmnd_Alias C =\n", "Cmnd_Alias = /bin/ls\n", "Cmd_Alias C = /bin/ls\na ALL=C\n", "Cmnd_Alias C = ls\n", "@include /none\n", "#includedir /none\n", "   @includedir /none\n", "@includedir rel\n", "@include\n",
    "#include /none extra\n", "#includedir/none\n", "#includedirs /none\n", "@foo\n", "#include/none\n", "@include/none\n", "a ALL=/bin/ls a#1\n", "Defaults mailsub=a#1\n", "a ALL=sudoedit /etc/x\n", "a ALL=sudoedit\n", "a ALL=sudoedit/x ALL\n", "a ALL=sha224:abcd /bin/ls\n",
    "a ALL=sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ== /bin/ls\n", "a ALL=sha512: /bin/ls\n", "a ALL=ROLE=x /bin/ls\n", "a ALL=TIMEOUT=5m CWD=/x /bin/ls\n", "a ALL=TIMEOUT=x /bin/ls\n", "a ALL=NOTBEFORE=20200101 /bin/ls\n",
    "a ALL=NOTBEFORE=20200101000000Z /bin/ls\n", "a ALL=CWD=rel /bin/ls\n", "a ALL=CWD=~ CHROOT=/x /bin/ls\n", "a ALL=(root) CWD=* NOPASSWD: ALL\n", "a ALL=list\n", "a ALL=list /x\n", "a ALL=^/bin/(ls|cat)$ ^-l$\n", "a ALL=^/bin/(ls$\n",
    "\"a b\" ALL=ALL\n", "\"a\n", "+ng ALL=ALL\n", "a ALL=(:adm) ALL\n", "a ALL=() ALL\n", "a ALL=(a)(b) ALL\n", "a ALL=( root , bin : adm ) ALL\n", "a ALL=(ALL,!root) ALL\n", "a ALL=(#0) ALL\n", "a ALL=NOPASSWD: (root) ALL\n",
    "a ALL=(ALL)NOPASSWD:ALL\n", "a ALL=NOPASSWD:\n", "a ALL=NOPASSWD: SETENV: /bin/ls, PASSWD: /bin/cat\n", "a ALL=NOPASSWD: ROLE=x /bin/ls\n", "a,b ALL=ALL\n", "a, b,\\\n c ALL,h=ALL\n", "a,,b ALL=ALL\n", ",a ALL=ALL\n", "a,ALL=ALL\n", "ALL=ALL\n",
    "a ALL=/bin/l*\n", "a ALL=!/bin/ls\n", "a ALL=!!/bin/ls\n", "a  ALL = ALL,\n", "ALL ALL=ALL\n", "a b ALL=ALL\n", "= \n", "a\n", "a ALL=ALL # x\n", "a ALL=/bin/ls #comment\n", "a ALL=/bin/ls \\# x\n", "a ALL=/bin/ls \"\"\n",
    "a ALL=/bin/ls; b\n", "a ALL=/bin/\"a b\"\n", "a ALL=/bin/ls a:b\n", "a ALL=/bin/ls \"a,b\"\n", "a ALL=/bin/ls !x (x) >x\n", "a ALL=ALL,!/bin/sh\n", "a ALL=ALL /bin/ls\n", "a ALL=/bin/ls,ALL\n", "a ALL=C /x\n", "a\\ b ALL=ALL\n",
    "DOM\\\\u ALL=ALL\n", "%#10 ALL=ALL\n", "%:x ALL=ALL\n", "a@b ALL=ALL\n", "a ALL=/x/ \n", "a ALL=/x/ y\n", "a ALL=/bin/ls [a-z]* \\*\n", "a ALL=/bin/ls -- \\= x\n", "a 10.0.0.1/255.0.0.0=ALL\n", "a !h=ALL\n", "<<<<<<< HEAD\n",
    "a ALL=(ALL) NOPASSWD: /usr/bin/apt-get update, /usr/bin/systemctl restart nginx.service\n",
    "Defaults\n", "Defaults foo\n", "Defaults timestamp_timeout=abc\n", "Defaults timestamp_timeout=-1\n", "Defaults timestamp_timeout=1.5\n", "Defaults !timestamp_timeout\n", "Defaults timestamp_timeout\n", "Defaults use_pty=yes\n",
    "Defaults use_pty\n", "Defaults Use_pty\n", "Defaults !use_pty=1\n", "Defaults use_pty use_pty\n", "Defaults use_pty,\n", "Defaults use_pty, env_reset\n", "Defaults !!use_pty\n", "Defaults ! use_pty\n", "Defaults use_pty#x\n", "Defaults !logfile\n",
    "Defaults logfile\n", "Defaults logfile=relative\n", "Defaults logfile=/var/log/sudo.log\n", "Defaults logfile=/var/log/a b\n", "Defaults passwd_tries=-1\n", "Defaults umask=999\n", "Defaults umask=0077\n", "Defaults env_keep+=\"A B\"\n",
    "Defaults env_keep += \"A\"\n  \tDefaults  !requiretty\n", "Defaults  env_keep\\\n += \"A\"\n", "Defaults env_keep -= \"A\"\n", "Defaults env_reset+=1\n", "Defaults secure_path=\"/a:/b\", use_pty\n", "Defaults secure_path=/a:/b\n",
    "Defaults lecture=sometimes\n", "Defaults lecture=always\n", "Defaults syslog=foo\n", "Defaults syslog=authpriv\n", "Defaults:root !lecture\n", "Defaults: u use_pty\n", "Defaults @h use_pty\n", "Defaults@h,g use_pty\n", "Defaults@h,g:u use_pty\n",
    "Defaults:%g use_pty\n", "Defaults>root use_pty\n", "Defaults!/bin/ls use_pty\n", "Defaults!/bin/ls,C !use_pty\n", "Defaults !/bin/ls use_pty\n", "Defaults!x use_pty\n", "Defaults mailto=\"a@b\"\n", "Defaults mailto=a@b\n", "Defaults mailto=a=b\n",
    "Defaults mailto=!a\n", "Defaults mailto=\n", "Defaults mailto=\"\"\n", "Defaults env_keep=\"A\n", "Defaults badpass_message=\"a \\\" b\"\n", "Defaults badpass_message=\"a\\\nb\"\n", "Defaults passprompt=\"[sudo] %p: \"\n", "Defaults mailsub=a#b\n",
    "Defaults timestamp_type=foo\n", "Defaults timestamp_type=tty\n", "Defaults verifypw=never\n", "Defaults !authenticate\n", "Defaults authenticate\n", "Defaults rlimit_core=infinity\n", "Defaults rlimit_core=unlimited\n", "Defaults command_timeout=1h30m\n",
    "Defaults listpw=x\n", "Defaults !env_keep\n", "Defaults !passwd_tries\n", "Defaults log_format=json\n", "Defaults log_format=xml\n", "Defaults env_file=/etc/environment\n", "Defaults editor=/usr/bin/vim:/bin/nano\n", "Defaults editor=vim\n",
];

/// Pieces from which random statements are made.
#[rustfmt::skip]
pub(crate) const PIECES: &[&str] = &[
    "root", "ALL", "ALL", "=", "=", "(ALL)", "(root:adm)", "NOPASSWD:", "SETENV:", "/bin/ls", "/usr/bin/id -u", ",", ",", ":", "!", "%wheel", "#0", "C", "h1", "Defaults", "use_pty", "!requiretty", "env_keep += \"A\"", "logfile=/a",
    "User_Alias", "Cmnd_Alias", "U", "\\\n", "# c", "\"q\"", "sudoedit", "TIMEOUT=5", "@includedir /none", "a\\,b",
];
