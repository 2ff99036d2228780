package io.bulwark.deploy;

import io.bulwark.cli.local.Topology.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder that looks like this checkout and is made of links to it, so that commands of pages run as they stand and leave
 * nothing here. Its {@code deploy/local/bulwark} runs what is built already, on ports that are free, and gives a password where
 * the program would ask for one.
 *
 * @param root the folder
 * @param kafka port of the broker
 * @param worker port of the worker
 * @param stream port of moderation-stream
 */
record LinkedCheckout(Path root, int kafka, int worker, int stream) {

    /** What {@code users add} is given. */
    static final String PASSWORD = "a password of the first hour";

    private static final Set<String> OWN = Set.of("deploy", "deploy/local");
    private static final Set<String> LEFT_OUT = Set.of(".git", "deploy/local/data", "deploy/local/bulwark");

    /** Makes one in an empty folder. */
    static LinkedCheckout in(Path folder) throws IOException {
        link(Pages.ROOT, folder, "");
        LinkedCheckout checkout = new LinkedCheckout(folder, Ports.free(), Ports.free(), Ports.free());
        Files.writeString(
                Files.createFile(
                        folder.resolve("deploy/local/bulwark"),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x"))),
                checkout.program());
        return checkout;
    }

    /** A page's text with the addresses of this node in place of the usual ones. */
    String addressed(String text) {
        return text.replace("localhost:9092", "localhost:" + kafka)
                .replace("localhost:8081", "localhost:" + worker)
                .replace("localhost:8080", "localhost:" + stream);
    }

    /** The variables by which commands find this node's broker, and npm what it has fetched before. */
    Map<String, String> environment() {
        return Map.of(
                "BULWARK_KAFKA_BOOTSTRAP_SERVERS", "localhost:" + kafka,
                "npm_config_prefer_offline", "true",
                "npm_config_audit", "false");
    }

    private String program() {
        Path lab = Pages.ROOT.resolve("embed-worker/lab/target");
        return String.join(
                "\n",
                List.of(
                        "#!/usr/bin/env bash",
                        "set -euo pipefail",
                        "case \"$1 ${2:-}\" in",
                        "  local*|demo*) set -- \"$@\" --kafka-port " + kafka + " --worker-port " + worker
                                + " --stream-port " + stream + " --database-port " + Ports.free() + " ;;",
                        "  'users add') set -- \"$@\" --password-stdin; exec <<<'" + PASSWORD + "' ;;",
                        "esac",
                        "exec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                                + "' -Xmx1g -XX:+UseParallelGC -Dbulwark.home='" + root
                                + "' -Dai.djl.offline=true -cp '"
                                + lab.resolve("classes") + ":" + lab + "/lib/*' io.bulwark.cli.BulwarkCommand \"$@\"",
                        ""));
    }

    private static void link(Path from, Path to, String below) throws IOException {
        try (Stream<Path> children = Files.list(from)) {
            for (Path child : children.toList()) {
                String relative = below + child.getFileName();
                Path target = to.resolve(child.getFileName());
                if (OWN.contains(relative)) {
                    link(child, Files.createDirectory(target), relative + "/");
                } else if (!LEFT_OUT.contains(relative)) {
                    Files.createSymbolicLink(target, child);
                }
            }
        }
    }
}
