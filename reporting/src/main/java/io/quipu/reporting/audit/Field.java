package io.quipu.reporting.audit;

import java.util.Locale;

/** What of a document is compared. */
enum Field {

    /** The document itself. */
    DOCUMENT,
    /** How far it has come in the log. */
    WATERMARK,
    /** The account that pays, of the last usage. */
    ACCOUNT,
    /** The currency of all costs. */
    CURRENCY,
    /** How many plans a space has. */
    PLANS,
    /** The plan version of the last usage. */
    PLAN,
    /** The state of a metric of an instance. */
    STATE,
    /** A total quantity. */
    QUANTITY,
    /** A total cost. */
    COST,
    /** The decision that a usage counts nowhere. */
    REJECTION;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
