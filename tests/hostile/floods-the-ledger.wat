;; Doubts without end, 32 KiB at a time.
;; world: command-model
(module
  (import "invitro:remediation/ledger@0.1.0" "doubt" (func $doubt (param i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32) (local $n i32)
    (loop $again
      (i32.store (i32.const 4096) (local.tee $n (i32.and (i32.add (local.get $n) (i32.const 1)) (i32.const 0x3f3f3f3f))))
      (call $doubt (i32.const 4096) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 4096) (i32.const 32768))
      (br $again))
    (unreachable)))
