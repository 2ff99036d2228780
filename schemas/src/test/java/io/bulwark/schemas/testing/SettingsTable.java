package io.bulwark.schemas.testing;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The table of a module's settings, made from the source of its configuration interface. Each method is a row: its key
 * ({@code @WithName}, or its name), its {@code @WithDefault} and its javadoc. Class files hold no javadoc, so the JDK's
 * own compiler parses the source.
 *
 * <pre>{@code
 * String table = SettingsTable.of(Path.of("src/main/java/.../StreamConfig.java"), "bulwark");
 * Optional<String> there = SettingsTable.inPage(Path.of("docs/settings.md"), "stream"); // between its markers
 * }</pre>
 */
public final class SettingsTable {

    /** Code may hold pairs of braces. */
    private static final Pattern CODE = Pattern.compile("\\{@code\\s+((?:[^{}]|\\{[^{}]*})*)}");

    private final DocTrees docs;
    private final Map<String, Group> groups = new HashMap<>();
    private final StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");

    private SettingsTable(DocTrees docs) {
        this.docs = docs;
    }

    /**
     * @param source the interface's source file; groups are interfaces nested in it
     * @param prefix that of its {@code @ConfigMapping}
     * @param shared source files of groups that lie elsewhere
     * @return the table in Markdown
     */
    public static String of(Path source, String prefix, Path... shared) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Path[] sources = Arrays.copyOf(shared, shared.length + 1);
            sources[shared.length] = source;
            var task = (JavacTask)
                    compiler.getTask(null, files, null, List.of("-proc:none"), null, files.getJavaFileObjects(sources));
            var made = new SettingsTable(DocTrees.instance(task));
            for (CompilationUnitTree unit : task.parse()) {
                made.collect(new Group((ClassTree) unit.getTypeDecls().get(0), unit));
            }
            made.rows(prefix, made.groups.get(source.getFileName().toString().replace(".java", "")));
            return made.table.toString();
        }
    }

    /** What a page holds between {@code <!-- settings:NAME -->} and {@code <!-- /settings:NAME -->}, if it has both. */
    public static Optional<String> inPage(Path page, String name) throws IOException {
        if (!Files.exists(page)) {
            return Optional.empty();
        }
        String begin = "<!-- settings:" + name + " -->";
        String text = Files.readString(page);
        int from = text.indexOf(begin);
        int to = text.indexOf("<!-- /settings:" + name + " -->");
        return from < 0 || to < from
                ? Optional.empty()
                : Optional.of(text.substring(from + begin.length(), to).strip());
    }

    private void collect(Group group) {
        groups.put(group.type().getSimpleName().toString(), group);
        for (Tree member : group.type().getMembers()) {
            if (member instanceof ClassTree nested) {
                collect(new Group(nested, group.unit()));
            }
        }
    }

    private void rows(String prefix, Group group) {
        for (Tree member : group.type().getMembers()) {
            if (!(member instanceof MethodTree method)) {
                continue;
            }
            String type = method.getReturnType().toString();
            boolean map = type.startsWith("Map<");
            String key = prefix + "."
                    + annotated(method, "WithName")
                            .orElseGet(() -> kebab(method.getName().toString()))
                    + (map ? ".<name>" : "");
            Group nested = groups.get(map ? type.replaceAll("Map<\\w+, (\\w+)>", "$1") : type);
            if (nested != null) {
                rows(key, nested);
            } else {
                table.append("| `" + key + "` | " + fallback(method) + " | " + meaning(method, group.unit()) + " |\n");
            }
        }
    }

    private static String fallback(MethodTree method) {
        return annotated(method, "WithDefault")
                .map(value -> value.isEmpty() ? "" : "`" + value + "`")
                .orElse("");
    }

    /** What a method is annotated with under that annotation, if it is. */
    private static Optional<String> annotated(MethodTree method, String name) {
        return method.getModifiers().getAnnotations().stream()
                .filter(annotation -> annotation.getAnnotationType().toString().equals(name))
                .map(SettingsTable::value)
                .findFirst();
    }

    private static String value(AnnotationTree annotation) {
        ExpressionTree argument = annotation.getArguments().get(0);
        Tree value = argument instanceof AssignmentTree assignment ? assignment.getExpression() : argument;
        return ((LiteralTree) value).getValue().toString();
    }

    private String meaning(MethodTree method, CompilationUnitTree unit) {
        String doc = docs.getDocComment(TreePath.getPath(unit, method));
        if (doc == null) {
            throw new IllegalArgumentException("The setting " + method.getName() + " of " + unit.getSourceFile()
                    + " has no javadoc; it is its row in the table of settings.");
        }
        return CODE.matcher(doc)
                .replaceAll("`$1`")
                .replaceAll("\\s+", " ")
                .replace("|", "\\|")
                .strip();
    }

    /** An interface of settings, and the file that it lies in. */
    private record Group(ClassTree type, CompilationUnitTree unit) {}

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
