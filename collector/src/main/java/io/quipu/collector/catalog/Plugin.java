package io.quipu.collector.catalog;

import io.quipu.common.log.SparingLog;
import io.quipu.common.web.Problem;
import java.time.Duration;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service of others that keeps a part of the catalog in Quipu's place, after Abacus's plugins. What usage needs of it and cannot
 * have is never guessed: the usage is answered 503, and its provider sends it again.
 */
public enum Plugin {

    /** Keeps types of resources and plans. */
    PROVISIONING("provisioning_unavailable"),
    /** Keeps accounts, and says by which plans an organization's usage is metered, rated and priced. */
    ACCOUNTS("account_unavailable");

    /** When to try again where nobody said so. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final int NOT_IMPLEMENTED = 501;
    private static final Logger LOG = LoggerFactory.getLogger(Plugin.class);

    private final String code;
    private final SparingLog failures = new SparingLog(System::nanoTime);

    Plugin(String code) {
        this.code = code;
    }

    /** The name in settings, logs and metrics. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The problem of whoever needs an answer and has none that can be used; logged, a line a minute.
     *
     * @param detail a sentence for whoever is answered
     * @param reason what the log is told beside it; may be empty
     * @param retryAfter when to try again
     */
    public Problem unavailable(String detail, String reason, Duration retryAfter) {
        failures.write(held -> LOG.atWarn().addKeyValue("to", id()).log("{}{} ({} more since the last such line)", detail,
                reason.isEmpty() ? "" : ": " + reason, held));
        return Problem.unavailable(code, detail, retryAfter);
    }

    /** The problem of an answer that says what it must not. */
    Problem unusable(String what, String reason) {
        return unavailable("The answer of the " + id() + " plugin cannot be used: " + what + ": " + reason, "", RETRY_AFTER);
    }

    /** The problem of whoever would change here what the plugin keeps: 501, since nothing that is sent again will be taken. */
    Problem keeps(String what) {
        return Problem.of(NOT_IMPLEMENTED, "kept_by_plugin", what + " are kept by the service at quipu." + id()
                + ".url: change them there");
    }
}
