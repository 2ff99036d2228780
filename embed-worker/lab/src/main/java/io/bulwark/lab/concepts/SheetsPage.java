package io.bulwark.lab.concepts;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** All sheets of a bank as one static page, for a web server of the keeper's: no script, and nothing from elsewhere. */
final class SheetsPage {

    /** Its file, beside the sheets. */
    static final String FILE = "index.html";

    /**
     * A sheet.
     *
     * @param file its name, beside the page
     */
    record Sheet(LabelFinding finding, String file) {}

    private SheetsPage() {}

    /** The page, in UTF-8. */
    static byte[] of(String bank, List<Sheet> sheets) {
        String title = "Labels of the bank " + escaped(bank);
        StringBuilder page = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                        + "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'\">\n"
                        + "<meta name=\"robots\" content=\"noindex\">\n<title>")
                .append(title)
                .append("</title>\n<h1>")
                .append(title)
                .append(
                        "</h1>\n<p>A sheet opens by its label. It shows pictures of the bank, not blurred.</p>\n<ul>\n");
        for (Sheet sheet : sheets) {
            LabelFinding finding = sheet.finding();
            page.append("<li><a href=\"%s\">%s</a>: %d references, %d conflicts listed, %d out of place</li>\n"
                    .formatted(
                            sheet.file(),
                            escaped(finding.label()),
                            finding.references(),
                            finding.conflicts().size(),
                            finding.outOfPlace().size()));
        }
        return page.append("</ul>\n</html>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
