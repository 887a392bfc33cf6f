words = {line.split(":")[0] for line in open("/etc/passwd")} | {"zed", "abel"}
with open("/etc/app-names", "w") as f:
    for word in sorted(words):
        f.write(word + "\n")
