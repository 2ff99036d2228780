package io.bulwark.cli.audit;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An instant as people type it: {@code 2026-11-27T06:00:00Z}, or how long ago, such as {@code PT24H} or {@code P7D}. */
final class Moment implements ITypeConverter<Instant> {

    private final Clock clock;

    Moment() {
        this(Clock.systemUTC());
    }

    Moment(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        try {
            return text.startsWith("P") ? clock.instant().minus(Duration.parse(text)) : Instant.parse(text);
        } catch (DateTimeException | ArithmeticException neither) {
            throw new TypeConversionException("'" + text
                    + "' is neither an instant such as 2026-11-27T06:00:00Z nor a time ago such as PT24H or P7D");
        }
    }
}
