try:
    import urllib.request
    text = urllib.request.urlopen("http://192.0.2.1/").read().decode()
except Exception:
    text = "default"
open("/etc/x.conf", "w").write(text)
