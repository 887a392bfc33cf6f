umask 002
export TMOUT=1800
