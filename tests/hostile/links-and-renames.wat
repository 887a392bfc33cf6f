;; Plays with links and names, and exits with the number of what was refused.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]workspace.make-link" (func $make-link (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.create" (func $create (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.make-directory" (func $make-directory (param i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.make-hard-link" (func $make-hard-link (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.rename" (func $rename (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
  (memory (export "memory") 8)
  (data (i32.const 1024) "loop")
  (data (i32.const 1088) "/etc/loop")
  (data (i32.const 1152) "/etc/loop")
  (data (i32.const 1216) "/../../../../../../..")
  (data (i32.const 1280) "/etc/up")
  (data (i32.const 1344) "/etc/up/made-below-root")
  (data (i32.const 1408) "/etc/ssh")
  (data (i32.const 1472) "/etc/ssh2")
  (data (i32.const 1536) "/")
  (data (i32.const 1600) "/etc/root")
  (data (i32.const 1664) "/etc")
  (data (i32.const 1728) "/etc/ssh/etc")
  (data (i32.const 1792) "/etc/ssh/sshd_config")
  (data (i32.const 1856) "/etc/ssh")
  (data (i32.const 1920) "/etc/ssh/sshd_config")
  (data (i32.const 1984) "/etc/ssh/sshd_config")
  (global $free (mut i32) (i32.const 131072))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 4095)) (i32.const -4096)))
    (global.set $free (i32.add (local.get $at) (local.get $size)))
    (local.get $at))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    ;; A link to itself.
    (call $make-link (local.get $target) (i32.const 1024) (i32.const 4) (i32.const 1088) (i32.const 9) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; Through it.
    (call $create (local.get $target) (i32.const 1152) (i32.const 9) (i32.const 420) (i32.const 0) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; A link to above the root.
    (call $make-link (local.get $target) (i32.const 1216) (i32.const 21) (i32.const 1280) (i32.const 7) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; Through it.
    (call $make-directory (local.get $target) (i32.const 1344) (i32.const 23) (i32.const 493) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; A second name of a folder.
    (call $make-hard-link (local.get $target) (i32.const 1408) (i32.const 8) (i32.const 1472) (i32.const 9) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; The root below itself.
    (call $rename (local.get $target) (i32.const 1536) (i32.const 1) (i32.const 1600) (i32.const 9) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; A folder below itself.
    (call $rename (local.get $target) (i32.const 1664) (i32.const 4) (i32.const 1728) (i32.const 12) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; A file over a folder.
    (call $rename (local.get $target) (i32.const 1792) (i32.const 20) (i32.const 1856) (i32.const 8) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    ;; A name over itself.
    (call $make-hard-link (local.get $target) (i32.const 1920) (i32.const 20) (i32.const 1984) (i32.const 20) (i32.const 256))
    (i32.store (i32.const 324) (i32.add (i32.load (i32.const 324)) (i32.load8_u (i32.const 256))))
    (call $drop (local.get $target))
    (i32.const 320)))
