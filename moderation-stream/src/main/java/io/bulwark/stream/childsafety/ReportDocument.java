package io.bulwark.stream.childsafety;

import io.bulwark.stream.ChildSafetyConfig;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The two documents of a report, with their elements in the order of the receiver's schema, which refuses another one. The
 * person who reports is the one of the settings, not the one who decided. Immutable.
 */
record ReportDocument(
        UUID caseId,
        String tenant,
        String imageId,
        String uploaderId,
        String list,
        String hashKind,
        String severity,
        boolean viewed,
        boolean automatic,
        Instant uploadedAt) {

    private static final String SCHEMA = "https://report.cybertip.org/ispws/xsd";
    private static final String INSTANCE = "http://www.w3.org/2001/XMLSchema-instance";

    /** The report as {@code /submit} takes it. */
    byte[] report(ChildSafetyConfig.Report reporter) {
        return write("report", xml -> {
            xml.writeStartElement("incidentSummary");
            element(xml, "incidentType", reporter.incidentType());
            element(xml, "incidentDateTime", uploadedAt.toString());
            xml.writeEndElement();
            xml.writeStartElement("reporter");
            xml.writeStartElement("reportingPerson");
            element(xml, "firstName", reporter.firstName().orElse(""));
            element(xml, "lastName", reporter.lastName().orElse(""));
            element(xml, "email", reporter.email().orElse(""));
            xml.writeEndElement();
            xml.writeEndElement();
            xml.writeStartElement("personOrUserReported");
            element(xml, "espIdentifier", uploaderId);
            element(xml, "additionalInfo", "Pseudonymous id of the uploader at the reporting company.");
            xml.writeEndElement();
            element(xml, "additionalInfo", info(reporter.company().orElse("")));
        });
    }

    /**
     * The details of the uploaded file as {@code /fileinfo} takes them. Staff see no picture here, so no metadata of it
     * was viewed.
     *
     * @param original whether the uploaded file is the one of the user, and not a picture made of it
     */
    byte[] fileDetails(String reportId, String fileId, boolean original) {
        return write("fileDetails", xml -> {
            element(xml, "reportId", reportId);
            element(xml, "fileId", fileId);
            element(xml, "uploadedToEspTimestamp", uploadedAt.toString());
            element(xml, "fileViewedByEsp", Boolean.toString(viewed));
            element(xml, "exifViewedByEsp", "false");
            element(xml, "fileRelevance", "Reported");
            if (severity != null && severity.matches("[AB][12]")) {
                element(xml, "industryClassification", severity);
            }
            element(
                    xml,
                    "additionalInfo",
                    original
                            ? "The file as it was uploaded."
                            : "A picture made of the uploaded file: re-encoded, at most 1024 pixels a side, no metadata.");
        });
    }

    private String info(String company) {
        String match = list == null ? "No hash list decided." : hashKind + " match with the hash list " + list + ".";
        return "Reporting company: " + company + ". " + match
                + (automatic ? " Reported before a person looked." : " Reported by a person's decision.")
                + " Case " + caseId + ", image " + imageId + " of " + tenant + ".";
    }

    private interface Content {
        void write(XMLStreamWriter xml) throws XMLStreamException;
    }

    private static byte[] write(String root, Content content) {
        var bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml =
                    XMLOutputFactory.newFactory().createXMLStreamWriter(bytes, StandardCharsets.UTF_8.name());
            xml.writeStartDocument(StandardCharsets.UTF_8.name(), "1.0");
            xml.writeStartElement(root);
            xml.writeNamespace("xsi", INSTANCE);
            xml.writeAttribute("xsi", INSTANCE, "noNamespaceSchemaLocation", SCHEMA);
            content.write(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException inMemory) {
            throw new IllegalStateException("A report is always XML", inMemory);
        }
        return bytes.toByteArray();
    }

    private static void element(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeStartElement(name);
        xml.writeCharacters(legal(text));
        xml.writeEndElement();
    }

    /** XML 1.0 has no control characters; an id of a user may hold one. */
    private static String legal(String text) {
        return text.replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "\uFFFD");
    }
}
