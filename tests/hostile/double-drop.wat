;; Gives a tree back twice.
;; world: rollback-planner
(module
  (import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/plan-rollback@0.1.0#plan") (param $before i32) (param $after i32) (param i32 i32 i32 i32) (result i32)
    (call $drop (local.get $before))
    (call $drop (local.get $before))
    (unreachable)))
