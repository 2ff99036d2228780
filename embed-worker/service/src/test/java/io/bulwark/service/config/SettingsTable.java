package io.bulwark.service.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The README's table of settings, made from the source of {@link WorkerConfig}: each method's key, its default and the
 * first paragraph of its javadoc. Javadoc is not in the class file, hence the source.
 */
final class SettingsTable {

    private static final Pattern MEMBER = Pattern.compile(
            "/\\*\\*(?<doc>.*?)\\*/\\s*(?:@WithDefault\\(\"(?<default>[^\"]*)\"\\)\\s*)?"
                    + "(?:interface (?<group>\\w+) \\{|(?<type>[\\w.<>, ]+?) (?<name>\\w+)\\(\\);)",
            Pattern.DOTALL);

    private SettingsTable() {}

    /** The Markdown of the table. */
    static String of(Path source) throws IOException {
        List<Member> members = new ArrayList<>();
        String group = "WorkerConfig";
        String text = Files.readString(source);
        Matcher matcher = MEMBER.matcher(text.substring(text.indexOf("interface WorkerConfig {")));
        while (matcher.find()) {
            if (matcher.group("group") != null) {
                group = matcher.group("group");
            } else {
                members.add(new Member(
                        group,
                        matcher.group("type").strip(),
                        matcher.group("name"),
                        matcher.group("default"),
                        sentence(matcher.group("doc"))));
            }
        }
        StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        rows("bulwark", "WorkerConfig", members, table);
        return table.toString();
    }

    private static void rows(String prefix, String group, List<Member> members, StringBuilder table) {
        for (Member member : members) {
            if (!member.group().equals(group)) {
                continue;
            }
            String key = prefix + "." + kebab(member.name());
            String nested = member.type().replaceAll("Map<String, (\\w+)>", "$1");
            boolean map = member.type().startsWith("Map<");
            if (members.stream().anyMatch(each -> each.group().equals(nested))) {
                rows(map ? key + ".<name>" : key, nested, members, table);
            } else {
                table.append("| `%s` | %s | %s |\n"
                        .formatted(
                                map ? key + ".<name>" : key,
                                member.fallback() == null ? "" : "`" + member.fallback() + "`",
                                member.meaning()));
            }
        }
    }

    private static String sentence(String doc) {
        return doc.replaceAll("(?m)^\\s*\\*", " ")
                .replaceAll("\\{@code ([^}]*)}", "`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private record Member(String group, String type, String name, String fallback, String meaning) {}
}
