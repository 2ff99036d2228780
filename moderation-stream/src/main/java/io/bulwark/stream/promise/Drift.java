package io.bulwark.stream.promise;

import io.bulwark.schemas.promise.DriftReference;
import io.bulwark.schemas.promise.DriftReference.Region;
import io.bulwark.schemas.promise.DriftScales;
import io.bulwark.schemas.promise.DriftScales.DriftEvidence.Lead;
import io.bulwark.schemas.promise.FalseAlarmBudget;
import io.bulwark.stream.ReviewConfig;
import io.bulwark.stream.auditlog.AuditLog;
import io.bulwark.stream.database.Database;
import io.bulwark.stream.problem.Problem;
import io.bulwark.stream.promise.DriftDocument.Cluster;
import io.bulwark.stream.promise.DriftDocument.Point;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/**
 * How a tenant's SAFE traffic stands to a time that a person approved. A standing is made of the sample's rows at each
 * look, so there is no process to lose. A day is over, and counts, once there is a sample of two days later: partitions
 * that are read sooner than others may begin the next day alone. Thread-safe.
 */
public final class Drift {

    /** Days that a reference needs at least, and uploaders that are counted in it. */
    static final int FEWEST_DAYS = 7;

    static final int FEWEST_UPLOADERS = 50;

    /**
     * Days of which pictures are kept. The newest two are not over, so a reference has {@value DriftScales#TURNS} at
     * most, in which an uploader counts once.
     */
    static final int KEPT_DAYS = DriftScales.TURNS + 2;

    private static final String ONCE =
            "Traffic is approved once a day at most, and there is no sample of a later day. Approve it tomorrow.";
    private static final int TRIMMED_DAYS = 3;
    private static final int EXAMPLES = 5;
    private static final int MOST_READ = 1000;
    private static final int MOST_POINTS = 400;

    /** Above this part of the evidence that alarms the cluster is named. */
    private static final double NAMED_FROM = 0.5;

    private static final String ROW = "day, unit, fitted, place, chosen_by, image_id, ";
    private static final String PICTURE = ROW + "features";
    private static final String WITHOUT_FEATURES = ROW + "''::bytea AS features"; // where only numbers are asked for

    /** The sampled ones of the days that are over. */
    private static final String SAMPLED = """
            SELECT * FROM (SELECT sample.*, row_number() OVER (PARTITION BY day ORDER BY place, unit) AS nth
            FROM drift_sample sample WHERE tenant = :tenant AND day > :after
            AND day < (SELECT max(day) FROM drift_sample WHERE tenant = :tenant) - 1) days WHERE nth <= :most""";

    /** Whether a {@code reference} counts uploaders by scales: one of before there were scales counts days of them. */
    static final String COUNTS = """
            EXISTS (SELECT FROM drift_sample made WHERE made.tenant = reference.tenant AND made.model = reference.model
            AND made.day BETWEEN reference.first_day AND reference.last_day AND made.place >= 1)""";

    private final Database database;
    private final Settings settings;

    public Drift(Database database, Settings settings) {
        this.database = database;
        this.settings = settings;
    }

    /**
     * How drift is watched.
     *
     * @param perDay pictures of a tenant and day
     * @param effect share of traffic that may move without an alarm
     */
    public record Settings(int perDay, double effect) {

        public static Settings of(ReviewConfig.Drift config) {
            return new Settings(config.perDay(), config.effect());
        }
    }

    /** Whether nothing is sampled, the default. */
    public boolean isOff() {
        return settings.perDay() == 0;
    }

    /** How a tenant's traffic stands. */
    public DriftDocument document(String tenant) {
        return database.list(tenant, handle -> {
            if (isOff()) {
                return DriftDocument.off(settings.effect());
            }
            Optional<Reference> reference = Reference.latest(handle, tenant);
            Optional<String> model = model(handle, tenant);
            return reference.isEmpty()
                    ? DriftDocument.without(
                            settings.effect(), available(pictures(handle, tenant, model.orElse(""), WITHOUT_FEATURES)))
                    : DriftDocument.of(
                            reference.get(),
                            look(handle, reference.get()),
                            model.filter(newest ->
                                            !newest.equals(reference.get().model()))
                                    .isPresent());
        });
    }

    /**
     * Makes the traffic of the latest days that are over, at most {@value DriftScales#TURNS}, what later traffic is
     * compared with. What was sampled until now is no evidence for or against it. Once a day, as samples have it: each
     * approval spends of the chance of a false alarm that all tenants have together.
     *
     * @throws io.bulwark.stream.problem.Problem.ProblemException where too little was sampled
     */
    public void approve(String tenant, String person, String reason) {
        Problem.BAD_PARAMETER.when(
                reason == null || reason.isBlank() || reason.length() > 4000,
                "A reason has 1 to 4000 characters, and not only blanks.");
        Problem.BAD_PARAMETER.when(isOff(), "Drift is off. Set bulwark.review.drift.per-day, such as 200.");
        database.inTenant(tenant, handle -> {
            boolean approved = handle.select("""
                    SELECT EXISTS (SELECT FROM drift_reference WHERE tenant = ? AND begins = ?)""", tenant, newestDay(handle, tenant))
                    .mapTo(Boolean.class)
                    .one();
            Problem.BAD_PARAMETER.when(approved, ONCE);
            String model = model(handle, tenant).orElse("");
            List<Picture> pictures = pictures(handle, tenant, model, PICTURE);
            Available available = available(pictures);
            Problem.BAD_PARAMETER.when(
                    !available.suffices(),
                    "A reference needs " + FEWEST_UPLOADERS + " uploaders, each counted once, of " + FEWEST_DAYS
                            + " days that are over; there are " + available.uploaders() + " of " + available.days()
                            + " by the present model. Approve it later.");
            DriftReference summary = DriftReference.of(
                    pictures.stream().filter(Picture::fitted).map(Picture::read).toList(),
                    counted(pictures).stream().map(Picture::read).toList());
            int added = handle.createUpdate("""
                    INSERT INTO drift_reference (tenant, model, effect, first_day, last_day, begins, pictures, summary,
                    approved_by) SELECT :tenant, :model, :effect, :first, :last, max(day), :pictures, :summary, :person
                    FROM drift_sample WHERE tenant = :tenant ON CONFLICT (tenant, begins) DO NOTHING""")
                    .bind("tenant", tenant)
                    .bind("model", model)
                    .bind("effect", settings.effect())
                    .bind("first", pictures.get(0).day())
                    .bind("last", pictures.get(pictures.size() - 1).day())
                    .bind("pictures", pictures.size())
                    .bind("summary", summary.toBytes())
                    .bind("person", person)
                    .execute();
            Problem.BAD_PARAMETER.when(added == 0, ONCE);
            return AuditLog.append(
                    handle, tenant, person, "drift.approved", "drift/" + model, Map.of("reason", reason));
        });
    }

    /** The model of the newest sample. */
    private static Optional<String> model(Handle handle, String tenant) {
        return handle.select("SELECT model FROM drift_sample WHERE tenant = ? ORDER BY day DESC, place LIMIT 1", tenant)
                .mapTo(String.class)
                .findOne();
    }

    private List<Picture> pictures(Handle handle, String tenant, String model, String columns) {
        return handle.createQuery("SELECT " + columns + " FROM (" + SAMPLED + ") sampled"
                        + " JOIN drift_picture picture USING (tenant, day, unit) WHERE sampled.model = :model"
                        + " ORDER BY day, place, unit")
                .bind("tenant", tenant)
                .bind("after", newestDay(handle, tenant).minusDays(KEPT_DAYS))
                .bind("most", settings.perDay())
                .bind("model", model)
                .map(ConstructorMapper.of(Picture.class))
                .list();
    }

    /** Those of uploaders to whom the cells are not fitted, no two of one uploader. */
    private static List<Picture> counted(List<Picture> pictures) {
        return DriftScales.onceEach(
                pictures.stream().filter(picture -> !picture.fitted()).toList());
    }

    private static Available available(List<Picture> pictures) {
        return new Available(pictures.size(), counted(pictures).size(), (int)
                pictures.stream().map(Picture::day).distinct().count());
    }

    private static LocalDate newestDay(Handle handle, String tenant) {
        return handle.select("SELECT coalesce(max(day), '1970-01-01') FROM drift_sample WHERE tenant = ?", tenant)
                .mapTo(LocalDate.class)
                .one();
    }

    /**
     * Says which cells of the reference the sampled pictures are in that came since, of days that are over. The caller
     * has the samples' lock; a row whose picture is another one by now is left for the next look.
     */
    void place(Handle handle, Reference reference) {
        DriftReference known = reference.read();
        handle.createQuery("SELECT " + PICTURE + """
                 FROM drift_sample sample
                JOIN drift_picture picture USING (tenant, day, unit) WHERE sample.tenant = :tenant
                AND day > :begins AND day < (SELECT max(day) FROM drift_sample WHERE tenant = :tenant) - 1
                AND model = :model AND reference IS DISTINCT FROM :position ORDER BY day, unit""")
                .bind("tenant", reference.tenant())
                .bind("begins", reference.begins())
                .bind("model", reference.model())
                .bind("position", reference.position())
                .map(ConstructorMapper.of(Picture.class))
                .list()
                .forEach(picture -> handle.execute(
                        "UPDATE drift_sample SET reference = ?, cell = ? WHERE tenant = ? AND day = ? AND unit = ?"
                                + " AND chosen_by = ?",
                        reference.position(),
                        known.cell(picture.read()),
                        reference.tenant(),
                        picture.day(),
                        picture.unit(),
                        picture.chosenBy()));
    }

    /**
     * Under the samples' lock: deletes pictures that are too old, and of days before the newest what is beyond the
     * sample. One that comes again is beyond it again.
     */
    void deleteOld(Handle handle) {
        deleteAged(handle);
        handle.createUpdate("""
                DELETE FROM drift_picture picture WHERE day < (SELECT max(day) FROM drift_sample newest
                WHERE newest.tenant = picture.tenant) - :days""").bind("days", KEPT_DAYS).execute();
        handle.createUpdate("""
                DELETE FROM drift_sample sample USING (SELECT tenant, day, unit,
                row_number() OVER (PARTITION BY tenant, day ORDER BY place, unit) AS nth,
                max(day) OVER (PARTITION BY tenant) AS newest FROM drift_sample
                WHERE day >= (SELECT max(day) FROM drift_sample) - :days) ranked
                WHERE (sample.tenant, sample.day, sample.unit) = (ranked.tenant, ranked.day, ranked.unit)
                AND ranked.day < ranked.newest AND ranked.nth > :most""")
                .bind("days", TRIMMED_DAYS)
                .bind("most", settings.perDay())
                .execute();
    }

    /** Deletes pictures that are too old by the clock: also where nothing new is sampled. */
    static int deleteAged(Handle handle) {
        return handle.execute(
                "DELETE FROM drift_picture WHERE at < clock_timestamp() - make_interval(days => ?)", KEPT_DAYS);
    }

    /** What the rows say against a reference now. */
    Look look(Handle handle, Reference reference) {
        Map<LocalDate, Day> days = days(handle, reference);
        var evidence = new DriftScales(
                reference.read(),
                reference.effect(),
                FalseAlarmBudget.share(FalseAlarmBudget.ERRORS, reference.position()),
                FalseAlarmBudget.share(FalseAlarmBudget.EVIDENCE, reference.position()));
        List<Point> points = new ArrayList<>();
        long all = 0;
        for (var each : days.entrySet()) {
            Day day = each.getValue();
            evidence.add(ChronoUnit.DAYS.between(reference.begins(), each.getKey()), day.cells(), day.unplaced());
            all += day.sampled();
            points.add(new Point(each.getKey(), evidence.reached()));
        }
        double reached = evidence.greatest();
        Optional<Cluster> cluster = reached < NAMED_FROM && reference.driftedAt() == null || days.isEmpty()
                ? Optional.empty()
                : Optional.of(cluster(handle, reference, evidence.lead(), days));
        return new Look(days.size(), all, reached, List.copyOf(newest(points)), cluster);
    }

    /**
     * The sampled pictures of a day.
     *
     * @param cells pictures that count, by their longest scale, then by cell
     * @param unplaced likewise, pictures whose cell is not known
     * @param fitted pictures that do not count
     */
    private record Day(long[][] cells, long[] unplaced, long[] fitted) {

        Day() {
            this(
                    new long[DriftScales.SCALES.size()][DriftReference.CELLS],
                    new long[DriftScales.SCALES.size()],
                    new long[1]);
        }

        long sampled() {
            return counted() + fitted[0];
        }

        long counted() {
            return Arrays.stream(cells).flatMapToLong(Arrays::stream).sum()
                    + Arrays.stream(unplaced).sum();
        }

        long inside(Region region) {
            long inside = 0;
            for (int cell = 0; cell < DriftReference.CELLS; cell++) {
                for (long[] scale : cells) {
                    inside += region.has(cell) ? scale[cell] : 0;
                }
            }
            return inside;
        }
    }

    private static List<Point> newest(List<Point> points) {
        return points.subList(Math.max(0, points.size() - MOST_POINTS), points.size());
    }

    private Map<LocalDate, Day> days(Handle handle, Reference reference) {
        Map<LocalDate, Day> days = new TreeMap<>();
        handle.createQuery(
                        "SELECT day, fitted, floor(place) AS place, CASE WHEN reference = :position THEN cell END AS cell,"
                                + " count(*) AS pictures FROM (" + SAMPLED + ") sampled WHERE model = :model"
                                + " GROUP BY 1, 2, 3, 4")
                .bind("tenant", reference.tenant())
                .bind("after", reference.begins())
                .bind("most", settings.perDay())
                .bind("model", reference.model())
                .bind("position", reference.position())
                .map((row, context) -> {
                    Day day = days.computeIfAbsent(row.getObject("day", LocalDate.class), date -> new Day());
                    int scale = DriftScales.SCALES.indexOf(DriftSamples.scale(row.getDouble("place")));
                    int cell = row.getInt("cell");
                    boolean placed = !row.wasNull();
                    boolean counts = !row.getBoolean("fitted") && scale >= 0;
                    long[] to = !counts ? day.fitted() : placed ? day.cells()[scale] : day.unplaced();
                    return to[!counts ? 0 : placed ? cell : scale] += row.getLong("pictures");
                })
                .list();
        return days;
    }

    private Cluster cluster(Handle handle, Reference reference, Lead lead, Map<LocalDate, Day> days) {
        LocalDate since = reference.begins().plusDays(lead.since());
        long inside = 0;
        long all = 0;
        for (var day : days.entrySet()) {
            if (!day.getKey().isBefore(since)) {
                all += day.getValue().counted();
                inside += day.getValue().inside(lead.region());
            }
        }
        return new Cluster(
                lead.region().far(),
                since,
                lead.before(),
                inside / (double) Math.max(1, all),
                examples(handle, reference, lead.region(), since));
    }

    /** Pictures of a region nearest to the middle of all of them. */
    private List<String> examples(Handle handle, Reference reference, Region region, LocalDate since) {
        List<Integer> cells = new ArrayList<>();
        for (int cell = 0; cell < DriftReference.CELLS; cell++) {
            if (region.has(cell)) {
                cells.add(cell);
            }
        }
        List<Picture> pictures = handle.createQuery("SELECT " + PICTURE + " FROM (" + SAMPLED
                        + ") sampled JOIN drift_picture picture USING (tenant, day, unit) WHERE reference = :position"
                        + " AND cell = ANY (:cells) ORDER BY day DESC, place, unit LIMIT :read")
                .bind("tenant", reference.tenant())
                .bind("after", since.minusDays(1))
                .bind("most", settings.perDay())
                .bind("position", reference.position())
                .bindArray("cells", Integer.class, cells)
                .bind("read", MOST_READ)
                .map(ConstructorMapper.of(Picture.class))
                .list();
        double[] middle = new double[DriftReference.DIMENSIONS];
        for (Picture picture : pictures) {
            float[] features = picture.read();
            for (int i = 0; i < middle.length; i++) {
                middle[i] += features[i] / pictures.size();
            }
        }
        return pictures.stream()
                .sorted(Comparator.comparingDouble((Picture picture) -> distance(picture, middle)))
                .map(Picture::imageId)
                .distinct()
                .limit(EXAMPLES)
                .toList();
    }

    private static double distance(Picture picture, double[] middle) {
        float[] features = picture.read();
        double sum = 0;
        for (int i = 0; i < middle.length; i++) {
            sum += (features[i] - middle[i]) * (features[i] - middle[i]);
        }
        return sum;
    }

    /** A sampled picture. */
    record Picture(
            LocalDate day, UUID unit, boolean fitted, double place, double chosenBy, String imageId, byte[] features)
            implements DriftScales.Sampled {

        @Override
        public long sampledOn() {
            return day.toEpochDay();
        }

        @Override
        public int scale() {
            return DriftSamples.scale(place);
        }

        float[] read() {
            return DriftSamples.toFeatures(features);
        }
    }

    /** Pictures, uploaders and days of which a reference could be made; {@code uploaders} are counted once each. */
    record Available(int pictures, int uploaders, int days) {

        boolean suffices() {
            return uploaders >= FEWEST_UPLOADERS && days >= FEWEST_DAYS;
        }
    }

    /** What is known against a reference; {@code evidence} as a share of what alarms. */
    record Look(int days, long pictures, double evidence, List<Point> points, Optional<Cluster> cluster) {}

    /**
     * A row of {@code drift_reference}.
     *
     * @param position of all references, which decides on its share of false alarms
     * @param begins days after this one count
     * @param driftedAt when evidence alarmed; null where it has not
     */
    record Reference(
            int position,
            String tenant,
            String model,
            double effect,
            LocalDate firstDay,
            LocalDate lastDay,
            LocalDate begins,
            int pictures,
            byte[] summary,
            String approvedBy,
            Instant driftedAt) {

        /** The latest one that counts. */
        static Optional<Reference> latest(Handle handle, String tenant) {
            return handle.select(
                            "SELECT * FROM drift_reference reference WHERE tenant = ? AND " + COUNTS
                                    + " ORDER BY position DESC LIMIT 1",
                            tenant)
                    .map(ConstructorMapper.of(Reference.class))
                    .findOne();
        }

        DriftReference read() {
            return DriftReference.of(summary);
        }
    }
}
