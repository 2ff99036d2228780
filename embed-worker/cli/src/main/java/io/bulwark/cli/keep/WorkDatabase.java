package io.bulwark.cli.keep;

import io.bulwark.cli.keep.Kept.SubjectOptions;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.events.Subject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads the database of people's work by the functions that moderation-stream erases with. */
final class WorkDatabase {

    private static final String IMAGE = "image";
    private static final String UPLOADER = "uploader";

    private final String url;
    private final Properties login = new Properties();

    WorkDatabase(String url, String user, String password) {
        this.url = url;
        login.setProperty("user", user);
        login.setProperty("currentSchema", "bulwark");
        if (password != null) {
            login.setProperty("password", password);
        }
    }

    /**
     * Reads what there is now.
     *
     * @param known images of the subject that the topics name
     * @throws CommandFailure where the database cannot be read
     */
    WorkRows read(SubjectOptions of, Collection<String> known) {
        try (Connection connection = DriverManager.getConnection(url, login)) {
            try (PreparedStatement tenant =
                    connection.prepareStatement("SELECT set_config('bulwark.tenant', ?, false)")) {
                tenant.setString(1, of.tenant());
                tenant.execute();
            }
            Set<String> images = new TreeSet<>(known);
            Map<String, Long> rows = new TreeMap<>();
            if (of.subject() == Subject.UPLOADER) {
                images.addAll(values(connection, of.tenant(), "image_id", UPLOADER, of.id()));
            }
            Set<String> contents = new TreeSet<>();
            for (String image : images) {
                count(connection, of.tenant(), IMAGE, image, rows);
                contents.addAll(values(connection, of.tenant(), "content_sha256", IMAGE, image));
            }
            if (of.subject() == Subject.UPLOADER) {
                countUploader(connection, of, rows);
            }
            return new WorkRows(rows, images, contents);
        } catch (SQLException refused) {
            throw CommandFailure.unavailable(
                    "the database " + url + " cannot be read: " + refused.getMessage(), refused);
        }
    }

    /** Rows that name the uploader count once, also where they are of an image that was counted. */
    private static void countUploader(Connection connection, SubjectOptions of, Map<String, Long> rows)
            throws SQLException {
        Map<String, Long> own = new TreeMap<>();
        count(connection, of.tenant(), UPLOADER, of.id(), own);
        own.forEach((table, count) -> rows.merge(table, count, Math::max));
    }

    private static void count(Connection connection, String tenant, String what, String id, Map<String, Long> rows)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM count_rows(?, ?, ?)")) {
            query.setString(1, tenant);
            query.setString(2, what);
            query.setString(3, id);
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    rows.merge(found.getString("table_name"), found.getLong("row_count"), Long::sum);
                }
            }
        }
    }

    private static Set<String> values(Connection connection, String tenant, String column, String what, String id)
            throws SQLException {
        Set<String> values = new TreeSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT * FROM personal_values(?, ?, ?, ?)")) {
            query.setString(1, tenant);
            query.setString(2, column);
            query.setString(3, what);
            query.setString(4, id);
            try (ResultSet found = query.executeQuery()) {
                while (found.next()) {
                    values.add(found.getString(1));
                }
            }
        }
        return values;
    }

    /**
     * What people's work keeps of an image or uploader.
     *
     * @param byTable rows, by table; 0 where a table has none
     * @param images the ids of the images that they are about
     * @param contents the SHA-256 of those images' contents
     */
    record WorkRows(Map<String, Long> byTable, Set<String> images, Set<String> contents) {

        /** Where there is no database to look at. */
        static final WorkRows UNKNOWN = new WorkRows(Map.of(), Set.of(), Set.of());

        long rows() {
            return byTable.values().stream().mapToLong(Long::longValue).sum();
        }
    }
}
