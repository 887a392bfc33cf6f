;; A validator that wants to run commands.
(component
  (import "invitro:remediation/commands@0.1.0" (instance (export "names" (func (result (list string))))))
  (core module $m (func (export "f")))
  (core instance $a (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
