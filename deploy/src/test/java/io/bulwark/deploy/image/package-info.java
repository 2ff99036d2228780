/**
 * Container images, held to what their page, the manifests and the compose file say of them, and run as they
 * are meant to be run.
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>The images are planned in {@code deploy/pom.xml}; {@link PlannedImage} reads the plan, so that names, users and
 *       ports are held to it without building anything. {@code mvn -Pimage verify} builds them and runs the tests that
 *       need them; without it these are skipped.
 *   <li>No container engine is asked for. {@link FencedNode} makes of kernel namespaces what an engine would: a root file
 *       system mounted read-only, an unprivileged user, no network but loopback, and a {@code /tmp} from which nothing can
 *       be executed. The test builds on an empty base; this machine's {@code /usr}, {@code /etc} and JDK stand in, mounted
 *       read-only, for the base image with its JRE.
 * </ul>
 */
package io.bulwark.deploy.image;
