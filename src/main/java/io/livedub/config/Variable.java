package io.livedub.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The row of a variable on the reference page. Only the generator of that page reads it, nothing at run time. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Variable {
    /** The value when it is not set; empty without a default. */
    String fallback() default "";

    String allowed();

    String meaning();
}
