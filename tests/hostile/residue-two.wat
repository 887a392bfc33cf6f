;; Looks for what another left in its four megabytes (stands) or finds none (gone); then fills them.
;; world: validator
(module
  (import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
  (memory (export "memory") 64)
  (data (i32.const 64) "\00\00\00\00\01") ;; ok(gone)
  (data (i32.const 3000000) "two")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/validate@0.1.0#check") (param $finding i32) (result i32)
    (local $at i32) (local $bits i64)
    ;; The finding lies in the first 4096 bytes and is no residue.
    (local.set $at (i32.const 4096))
    (loop $next
      (if (i32.ne (i32.and (local.get $at) (i32.const -8)) (i32.const 3000000))
        (then (local.set $bits (i64.or (local.get $bits) (i64.load (local.get $at))))))
      (i64.store (local.get $at) (i64.const -1))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 4194304))))
    (if (i64.ne (local.get $bits) (i64.const 0)) (then (i32.store8 (i32.const 68) (i32.const 0))))
    (call $drop (i32.const 1)) ;; the borrowed tree: the first handle of a fresh instance
    (i32.const 64))
  (func (export "invitro:remediation/validate@0.1.0#review") (param i32) (result i32) (unreachable)))
