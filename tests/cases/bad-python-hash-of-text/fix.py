open("/etc/shard", "w").write(str(hash("host") % 16))
