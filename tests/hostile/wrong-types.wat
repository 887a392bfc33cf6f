;; Has the right names with the wrong types.
(component
  (core module $m (func (export "f")))
  (core instance $a (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
