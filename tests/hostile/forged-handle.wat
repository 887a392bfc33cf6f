;; Uses a handle that nobody gave it.
;; world: rollback-planner
(module
  (import "invitro:remediation/files@0.1.0" "[method]tree.read-link" (func $read-link (param i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 512) "/")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/plan-rollback@0.1.0#plan") (param $before i32) (param $after i32) (param i32 i32 i32 i32) (result i32)
    (call $read-link (i32.const 99) (i32.const 512) (i32.const 1) (i32.const 256))
    (unreachable)))
