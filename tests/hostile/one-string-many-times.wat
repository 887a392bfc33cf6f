;; A list that names one string of 32 KiB a thousand times: small for the guest, large for the host.
;; world: command-model
(module
  (memory (export "memory") 2)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (local $at i32)
    (local.set $at (i32.const 32768))
    (loop $again
      (i32.store (local.get $at) (i32.const 65536))
      (i32.store offset=4 (local.get $at) (i32.const 32768))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $again (i32.lt_u (local.get $at) (i32.const 40768))))
    (i32.store (i32.const 128) (i32.const 32768))
    (i32.store (i32.const 132) (i32.const 1000))
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (unreachable)))
