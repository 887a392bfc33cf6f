#!/bin/bash
# What the file tools say is kept, names may be any bytes, and what is in the way of a copy is kept under another name.
work=/opt/tools
rm -rf "$work"
mkdir -p "$work/sub/deep" && cd "$work" || exit 1
printf 'a\n' > a
printf 'b\n' > b
printf 'x\n' > sub/a
odd=$'odd\377\nname'
printf 'o\n' > "$odd"
ln -s nowhere dangling
ln -s loop loop
{
  chmod -v 0640 none dangling a
  chmod 0640 "it's" 'a"b'
  chown -c 4242:shadow a
  stat -c '%U:%G %a %F %N' a "$odd" dangling
  stat -c '%04a|%-6a|%6a|%s' b
  cp -v a sub/a b none
  cp -vb a b
  cp a sub/a sub
  mv -nv sub/a b
  mv -vb sub/a b
  install -v -m 0600 a sub/new
  install a loop/x
  ln -sv a sub/link
  ln a sub
  ln sub x
  rm sub "$odd.none"
  rmdir -pv sub/deep
  mkdir a/b
  touch none/ none/x
  readlink -m dangling
  ls -Q -F a "$odd" sub
  ls -b "$odd"
  printf '1 2\n3 4\n' | xargs -L1 -n1 echo
  printf '1\0002\n' | xargs echo
  printf 'x y\n' | xargs -t -I{} echo '<{}>'
  find . -maxdepth 1 -type l -printf '%p %Y %m %-12f|\n' | sort
  find a -type f,x
  find sub -name a b
  sed -e p -e '3,k'
  head -n 0 sub
} > report 2> errors
rm -rf dangling loop
