import random
open("/etc/port", "w").write(str(random.randint(1024, 65535)))
