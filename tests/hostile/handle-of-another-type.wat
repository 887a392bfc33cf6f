;; Uses a workspace as a tree.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]tree.read-link" (func $read-link (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 512) "/")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (call $read-link (local.get $target) (i32.const 512) (i32.const 1) (i32.const 256))
    (unreachable)))
