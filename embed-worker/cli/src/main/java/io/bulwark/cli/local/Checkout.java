package io.bulwark.cli.local;

import io.bulwark.cli.terminal.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The built checkout that this command line runs from: it knows where the services and the samples lie.
 *
 * @param root the folder with the top {@code pom.xml}
 */
public record Checkout(Path root) {

    /** System property that {@code deploy/local/bulwark} sets. */
    static final String HOME = "bulwark.home";

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
        return built("embed-worker/service");
    }

    /** moderation-stream as it runs in production. */
    public Path streamApplication() {
        return built("moderation-stream");
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

    private Path built(String module) {
        Path jar = root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.isRegularFile(jar)) {
            throw CommandFailure.failed(jar + " is not built: run mvn -DskipTests package in " + root
                    + ", or use deploy/local/bulwark, which builds what is missing");
        }
        return jar;
    }
}
