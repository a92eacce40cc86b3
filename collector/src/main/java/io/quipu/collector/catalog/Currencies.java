package io.quipu.collector.catalog;

import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The usual currency of a pricing country. */
final class Currencies {

    /** Abacus's "countries": {@code EUR} is none, and {@code CAN} and {@code USA} must not depend on the JDK's data. */
    private static final Map<String, String> ABACUS = Map.of("USA", "USD", "CAN", "CAD", "EUR", "EUR");

    private static final Pattern CODE = Pattern.compile("[A-Z]{3}");

    private static final Map<String, Locale> BY_ALPHA_3 = Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2)
            .stream().map(code -> new Locale.Builder().setRegion(code).build())
            .collect(Collectors.toMap(Locale::getISO3Country, Function.identity()));

    private Currencies() {
    }

    /** The currency of an ISO 3166 alpha-3 country, or of {@code EUR}; empty where none is known. */
    static Optional<String> of(String country) {
        String known = ABACUS.get(country);
        if (known != null) {
            return Optional.of(known);
        }
        return Optional.ofNullable(BY_ALPHA_3.get(country)).map(Currency::getInstance).map(Currency::getCurrencyCode);
    }

    /** Whether a currency looks like one: three capital letters. */
    static boolean wellFormed(String currency) {
        return CODE.matcher(currency).matches();
    }
}
