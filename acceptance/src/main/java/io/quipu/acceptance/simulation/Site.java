package io.quipu.acceptance.simulation;

import io.quipu.common.store.Write;

/** What a write is of: each kind of document that the services store. */
enum Site {
    SEGMENT(false), SEGMENT_REMOVAL(true), TRIM(false), CURSOR(false), MARK(true), REJECTED(true), REJECTED_PAGE(false),
    CATALOG(false), LEASES(false), SIGNAL(false), INSTANCE(true), INSTANCE_MARKER(true), INSTANCE_PAGE(false), TIMELINE(true), HEARD(true),
    RUNNING_PAGE(true), RUNNING_MARKER(true), RUNNING_LIST(true), CONSUMER(true), CONSUMER_MARKER(true), CONSUMER_PAGE(false),
    CONSUMER_LEVELS(true), LEVELS(true), DAY(true), MONTH(true), PLAN_COPY(true);

    private final boolean bulk;

    Site(boolean bulk) {
        this.bulk = bulk;
    }

    /** Whether it is written together with others in one call, of which a part can be lost. */
    boolean bulk() {
        return bulk;
    }

    /** Whether it is written again and again, also while nothing else happens. */
    boolean regular() {
        return this == LEASES || this == SIGNAL;
    }

    /** The site of a write to the store of a service. */
    static Site of(String service, Write write) {
        String key = write.key();
        String[] path = key.split("/");
        String last = path[path.length - 1];
        return switch (service) {
            case "collector" -> switch (path[0]) {
                case "log" -> write instanceof Write.Remove ? SEGMENT_REMOVAL : SEGMENT;
                case "trim" -> TRIM;
                case "cursor" -> CURSOR;
                case "dedup" -> MARK;
                case "rejected" -> REJECTED;
                case "organization" -> REJECTED_PAGE;
                case "leases" -> LEASES;
                case "signal" -> SIGNAL;
                default -> CATALOG;
            };
            case "accumulator" -> switch (path[0]) {
                case "consumer" -> INSTANCE_PAGE;
                case "running" -> switch (path[1]) {
                    case "heard" -> HEARD;
                    case "linked" -> RUNNING_MARKER;
                    case "pages" -> RUNNING_PAGE;
                    default -> RUNNING_LIST;
                };
                default -> last.equals("linked") ? INSTANCE_MARKER : last.equals("timeline") ? TIMELINE : INSTANCE;
            };
            default -> switch (path[0]) {
                case "plan" -> PLAN_COPY;
                case "consumer" -> last.equals("linked") ? CONSUMER_MARKER
                        : last.equals("levels") ? CONSUMER_LEVELS : CONSUMER;
                default -> path.length > 3 ? CONSUMER_PAGE : last.equals("levels") ? LEVELS
                        : last.length() > 7 ? DAY : MONTH;
            };
        };
    }
}
