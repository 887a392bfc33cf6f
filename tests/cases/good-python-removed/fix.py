import os, shutil
for path in ("/srv/many/01", "/srv/many/02"):
    if os.path.exists(path):
        os.remove(path)
shutil.rmtree("/opt/not-there", ignore_errors=True)
