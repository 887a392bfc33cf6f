import sys
frame = sys._getframe()
while frame.f_back:
    frame = frame.f_back
open("/etc/x.conf", "w").write(frame.f_code.co_filename)
