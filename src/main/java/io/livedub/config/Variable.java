package io.livedub.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the reference page says of a variable. Read by its generator only, never at run time. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Variable {
    /** The value when it is not set; empty when there is none. */
    String fallback() default "";

    String allowed();

    String meaning();
}
