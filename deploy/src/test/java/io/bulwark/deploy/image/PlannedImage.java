package io.bulwark.deploy.image;

import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * An image as the profile {@code image} of {@code deploy/pom.xml} plans it.
 *
 * @param name with its repository, without a tag
 * @param tag the version
 * @param architecture of its machine, as OCI names it: amd64 or arm64
 * @param tar name of its file
 * @param user uid and gid
 * @param entrypoint words of the command
 * @param environment of the container
 * @param ports that it listens on
 */
public record PlannedImage(
        String name,
        String tag,
        String architecture,
        String tar,
        String user,
        List<String> entrypoint,
        Map<String, String> environment,
        List<Integer> ports) {

    private static final Pattern PROPERTY = Pattern.compile("\\$\\{([^}]+)}");

    /** The images of a plain build: worker, moderation-stream and command line. */
    public static List<PlannedImage> all() {
        return read(List.of("image"));
    }

    /** The same for arm64. */
    public static List<PlannedImage> arm64() {
        return read(List.of("image", "arm64"));
    }

    /** The worker's image for GPUs. */
    public static PlannedImage gpuWorker() {
        return read(List.of("image", "gpu")).stream()
                .filter(image -> image.name().endsWith("-gpu"))
                .findFirst()
                .orElseThrow();
    }

    /** The one of that name of all, the repository left out. */
    public static PlannedImage named(String name) {
        return all().stream()
                .filter(image -> image.name().equals("bulwark/" + name))
                .findFirst()
                .orElseThrow();
    }

    /** Name and tag, as a manifest says it. */
    public String reference() {
        return name + ":" + tag;
    }

    private static List<PlannedImage> read(List<String> profiles) {
        Element root = pom("deploy/pom.xml").getDocumentElement();
        Map<String, String> properties = new HashMap<>(Map.of("project.version", Checkout.version()));
        putProperties(pom("pom.xml").getDocumentElement(), profiles, properties);
        putProperties(root, profiles, properties);
        properties.putIfAbsent("image.parts", "");
        Element plan = profile(root, "image").orElseThrow();
        Element jib = descendants(plan, "plugin")
                .filter(plugin -> text(plugin, "artifactId").equals("jib-maven-plugin"))
                .findFirst()
                .orElseThrow();
        String user = text(jib, "user");
        String architecture = resolved(text(jib, "architecture"), properties);
        return descendants(jib, "execution")
                .map(execution -> image(execution, user, architecture, properties))
                .toList();
    }

    private static PlannedImage image(
            Element execution, String user, String architecture, Map<String, String> properties) {
        String reference = resolved(text(child(execution, "to"), "image"), properties);
        String tar = resolved(text(execution, "tar"), properties);
        Map<String, String> environment = new LinkedHashMap<>();
        descendants(execution, "environment")
                .flatMap(PlannedImage::children)
                .forEach(entry -> environment.put(entry.getTagName(), resolved(entry.getTextContent(), properties)));
        return new PlannedImage(
                reference.substring(0, reference.lastIndexOf(':')),
                reference.substring(reference.lastIndexOf(':') + 1),
                architecture,
                tar.substring(tar.lastIndexOf('/') + 1),
                user,
                descendants(execution, "arg").map(Element::getTextContent).toList(),
                environment,
                descendants(execution, "port")
                        .map(port -> Integer.valueOf(port.getTextContent()))
                        .toList());
    }

    private static void putProperties(Element root, List<String> profiles, Map<String, String> properties) {
        Stream.concat(
                        children(root),
                        profiles.stream()
                                .flatMap(name -> profile(root, name).stream())
                                .flatMap(PlannedImage::children))
                .filter(element -> element.getTagName().equals("properties"))
                .flatMap(PlannedImage::children)
                .forEach(property -> properties.put(property.getTagName(), property.getTextContent()));
    }

    private static Optional<Element> profile(Element root, String id) {
        return descendants(root, "profile")
                .filter(profile -> text(profile, "id").equals(id))
                .findFirst();
    }

    private static String resolved(String text, Map<String, String> properties) {
        return PROPERTY.matcher(text)
                .replaceAll(name ->
                        Matcher.quoteReplacement(resolved(properties.getOrDefault(name.group(1), ""), properties)));
    }

    private static Document pom(String file) {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(Checkout.path(file).toFile());
        } catch (ParserConfigurationException | SAXException | IOException unreadable) {
            throw new IllegalStateException(file, unreadable);
        }
    }

    private static String text(Element parent, String tag) {
        return child(parent, tag).getTextContent();
    }

    private static Element child(Element parent, String tag) {
        return descendants(parent, tag).findFirst().orElseThrow();
    }

    private static Stream<Element> children(Element parent) {
        List<Element> elements = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                elements.add(element);
            }
        }
        return elements.stream();
    }

    private static Stream<Element> descendants(Element parent, String tag) {
        return children(parent)
                .flatMap(element -> element.getTagName().equals(tag) ? Stream.of(element) : descendants(element, tag));
    }
}
