package io.bulwark.perception.model;

/** A model package that cannot be used. The message names the package, what was found and what is allowed. */
public final class ModelPackageException extends RuntimeException {

    ModelPackageException(String message) {
        super(message);
    }

    ModelPackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
