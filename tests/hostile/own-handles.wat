;; Makes handles of a resource of its own and drops none.
(component
  (type $r (resource (rep i32)))
  (core func $new (canon resource.new $r))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32)))
    (start $flood)
    (func $flood (loop $again (drop (call $new (i32.const 1))) (br $again)))
    (func (export "f")))
  (core instance $a (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
