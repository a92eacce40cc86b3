package io.quipu.collector.catalog;

import java.util.Objects;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who pays for organizations that nobody registered: {@code quipu.accounts}.
 *
 * @param strict whether only registered organizations are accepted; default false
 * @param defaultAccountId the account of the others; default {@code 1234}, as in Abacus
 * @param defaultCountry its pricing country; default {@code USA}
 * @param defaultCurrency its currency; by default that of the country
 * @param unsupportedLicenses the license types of accounts whose usage is not taken; default none
 */
@ConfigurationProperties("quipu.accounts")
public record AccountProperties(@DefaultValue("false") boolean strict, @DefaultValue("1234") String defaultAccountId,
        @DefaultValue("USA") String defaultCountry, String defaultCurrency, @DefaultValue Set<String> unsupportedLicenses) {

    /** With all licenses supported. */
    public AccountProperties(boolean strict, String defaultAccountId, String defaultCountry, String defaultCurrency) {
        this(strict, defaultAccountId, defaultCountry, defaultCurrency, Set.of());
    }

    /** Derives the currency, and copies the set. */
    @ConstructorBinding
    public AccountProperties {
        unsupportedLicenses = Set.copyOf(unsupportedLicenses);
        Objects.requireNonNull(defaultAccountId, "quipu.accounts.default-account-id");
        String country = Objects.requireNonNull(defaultCountry, "quipu.accounts.default-country");
        if (defaultCurrency == null) {
            defaultCurrency = Currencies.of(country).orElseThrow(() -> new IllegalArgumentException(
                    "quipu.accounts.default-currency is needed, since " + country + " has none that is known"));
        } else if (!Currencies.wellFormed(defaultCurrency)) {
            throw new IllegalArgumentException("quipu.accounts.default-currency must be three capital letters, not "
                    + defaultCurrency);
        }
    }
}
