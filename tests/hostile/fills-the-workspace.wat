;; Writes ever more to a file.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]workspace.write" (func $write (param i32 i32 i32 i64 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.create" (func $create (param i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 32)
  (data (i32.const 512) "/x")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32) (local $at i64)
    (call $create (local.get $target) (i32.const 512) (i32.const 2) (i32.const 420) (i32.const 0) (i32.const 256))
    (loop $again
      (call $write (local.get $target) (i32.const 512) (i32.const 2) (local.get $at) (i32.const 4096) (i32.const 1048576) (i32.const 256))
      (local.set $at (i64.add (local.get $at) (i64.const 1048576)))
      (br $again))
    (unreachable)))
