;; Looks up ever new paths that are not there: the host must remember each.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]workspace.stat" (func $stat (param i32 i32 i32 i32 i32)))
  (memory (export "memory") 32)
  (data (i32.const 512) "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32) (local $n i32)
    (loop $again
      (i32.store (i32.const 516) (local.tee $n (i32.or (i32.add (local.get $n) (i32.const 1)) (i32.const 0x40404040))))
      (call $stat (local.get $target) (i32.const 512) (i32.const 200) (i32.const 0) (i32.const 256))
      (br $again))
    (unreachable)))
