package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built checkout, or the unpacked release, that this command line runs from: it knows where the services and the
 * samples lie. A release has the checkout's paths, but for the programs, which are under {@code lib}.
 *
 * @param root the folder with the top {@code README.md}
 */
public record Checkout(Path root) {

    /** System property that {@code deploy/local/bulwark} sets. */
    static final String HOME = "bulwark.home";

    private static final String APPLICATION = "quarkus-run.jar";

    public Checkout {
        root = root.toAbsolutePath().normalize();
    }

    /** The one named by the system property {@value #HOME}, else the one around the working directory. */
    public static Checkout find() {
        String home = System.getProperty(HOME);
        return home != null ? new Checkout(Path.of(home)) : around(Path.of("").toAbsolutePath());
    }

    static Checkout around(Path folder) {
        for (Path candidate = folder; candidate != null; candidate = candidate.getParent()) {
            if (Files.isRegularFile(candidate.resolve("deploy/local/bulwark"))) {
                return new Checkout(candidate);
            }
        }
        throw CommandFailure.usage(folder + " lies in no checkout of Bulwark: start with deploy/local/bulwark, or name "
                + "the checkout with -D" + HOME + "=FOLDER");
    }

    /** The worker as it runs in production. */
    public Path workerApplication() {
        return application("worker", "embed-worker/service");
    }

    /** moderation-stream as it runs in production. */
    public Path streamApplication() {
        return application("stream", "moderation-stream");
    }

    /** The bundled pictures: {@code bank/<label>/} and {@code held-out/<label>/}. */
    public Path samples() {
        return root.resolve("deploy/local/samples");
    }

    /** The stand-in policy that goes with the samples. */
    public Path samplePolicy() {
        return root.resolve("deploy/local/policy.properties");
    }

    /** Where the local node keeps its data unless told otherwise. */
    public Path defaultData() {
        return root.resolve("deploy/local/data");
    }

    private Path application(String released, String module) {
        Path unpacked = root.resolve("lib").resolve(released).resolve(APPLICATION);
        if (Files.isRegularFile(unpacked)) {
            return unpacked;
        }
        Path built = root.resolve(module).resolve("target/quarkus-app").resolve(APPLICATION);
        if (!Files.isRegularFile(built)) {
            throw CommandFailure.failed(built + " is not built: run mvn -DskipTests package in " + root
                    + ", or use deploy/local/bulwark, which builds what is missing");
        }
        return built;
    }
}
