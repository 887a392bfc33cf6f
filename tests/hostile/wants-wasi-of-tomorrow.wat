;; A validator that wants WASI of a version that this host does not speak.
(component
  (import "wasi:cli/environment@0.3.0" (instance))
  (core module $m (func (export "f")))
  (core instance $a (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
