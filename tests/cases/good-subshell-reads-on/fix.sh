#!/bin/bash
exec 3< /etc/hosts
(
    read -r first <&3
)
read -r second <&3
printf "%s\n" "$second" > /etc/second
