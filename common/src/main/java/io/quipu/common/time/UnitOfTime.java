package io.quipu.common.time;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The unit in which a level's time counts: a level of 2 for 3 hours is 6 in hours, 360 in minutes. */
public enum UnitOfTime {

    /** Seconds. */
    SECONDS(1_000L),
    /** Minutes. */
    MINUTES(60_000L),
    /** Hours: what a plan means that says nothing. */
    HOURS(3_600_000L),
    /** Days of 24 hours. */
    DAYS(86_400_000L);

    private final BigDecimal millis;

    UnitOfTime(long millis) {
        this.millis = BigDecimal.valueOf(millis);
    }

    /** Its length in milliseconds. */
    public BigDecimal millis() {
        return millis;
    }

    /** The name in plans, such as {@code hours}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, for messages. */
    public static List<String> ids() {
        return Arrays.stream(values()).map(UnitOfTime::id).toList();
    }

    /** The unit of that name, if there is one. */
    public static Optional<UnitOfTime> find(String id) {
        return Arrays.stream(values()).filter(unit -> unit.id().equals(id)).findFirst();
    }

    /**
     * The unit of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static UnitOfTime named(String id) {
        return find(id).orElseThrow(() -> new IllegalArgumentException("no unit of time " + id + ", but " + ids()));
    }
}
