package io.quipu.reporting.source;

import java.util.List;

/** Who pays for whom. Thread-safe. */
@FunctionalInterface
public interface Accounts {

    /**
     * The organizations that an account pays for now.
     *
     * @throws io.quipu.common.web.Problem 404 {@code account_not_found}
     */
    List<String> organizations(String accountId);
}
