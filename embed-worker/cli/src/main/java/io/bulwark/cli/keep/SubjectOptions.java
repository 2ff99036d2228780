package io.bulwark.cli.keep;

import io.bulwark.events.Subject;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Whom or what a command is about: {@code @Mixin SubjectOptions subject}. */
public final class SubjectOptions {

    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "Whose (${DEFAULT-VALUE}).")
    private String tenant;

    @ArgGroup(multiplicity = "1")
    private Which which;

    private static final class Which {

        @Option(names = "--image", paramLabel = "ID", description = "An image.")
        private String image;

        @Option(names = "--uploader", paramLabel = "ID", description = "An uploader, and all their images.")
        private String uploader;
    }

    String tenant() {
        return tenant;
    }

    Subject subject() {
        return which.image != null ? Subject.IMAGE : Subject.UPLOADER;
    }

    String id() {
        return which.image != null ? which.image : which.uploader;
    }

    @Override
    public String toString() {
        return (which.image != null ? "image " : "uploader ") + id() + " of tenant " + tenant;
    }
}
