package io.quipu.collector.catalog;

import static io.quipu.collector.catalog.CatalogFixture.STRICT;
import static io.quipu.collector.catalog.CatalogFixture.account;
import static io.quipu.collector.catalog.CatalogFixture.json;
import static io.quipu.collector.catalog.CatalogFixture.problem;
import static io.quipu.collector.catalog.CatalogFixture.refused;
import static io.quipu.collector.catalog.CatalogFixture.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.quipu.common.store.StoreException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AccountsTest {

    private final CatalogFixture fixture = new CatalogFixture().disk();
    private final Accounts accounts = fixture.catalog.accounts();

    @Test
    void unknownOrganizationsAreOnTheDefaultAccount() {
        assertThat(accounts.ofOrganization("o")).isEqualTo(new Account(1, "1234", List.of(), "USA", "USD", "N/A"));
    }

    @Test
    void anUnknownAccountLooksLikeTheDefaultOneUnlessStrict() {
        assertThat(accounts.find("77")).isEqualTo(new Account(1, "77", List.of(), "USA", "USD", "N/A"));
        refused(404, "account_not_found", () -> fixture.another(STRICT).accounts().find("77"));
    }

    @Test
    void aRegisteredAccountPaysForTheOrganizationsItLists() {
        accounts.register("a", json("{'account_id':'a','organizations':['o','p/q'],'pricing_country':'DEU','license_type':'GOLD'}"));
        Account account = new Account(1, "a", List.of("o", "p/q"), "DEU", "EUR", "GOLD");
        assertThat(accounts.find("a")).isEqualTo(account);
        assertThat(accounts.ofOrganization("p/q")).isEqualTo(account);
        assertThat(accounts.ofOrganization("q").accountId()).isEqualTo("1234");
    }

    static Stream<Arguments> wrongAccounts() {
        return Stream.of(
                arguments("[]", ": type"),
                arguments("{}", "account_id: required, pricing_country: required"),
                arguments("{'account_id':'b','pricing_country':'USA','name':'x'}", "name: unknown, account_id: path"),
                arguments("{'account_id':1,'pricing_country':1,'currency':1,'license_type':1,'organizations':1}",
                        "account_id: type, organizations: type, pricing_country: type, license_type: type, currency: type"),
                arguments("{'account_id':'a','pricing_country':'USA','organizations':['o',1,'o','..','']}",
                        "organizations[1]: type, organizations[2]: duplicate, organizations[3]: characters, "
                                + "organizations[4]: min_length"),
                arguments("{'account_id':'a','pricing_country':'USA','currency':'usd'}", "currency: currency"),
                arguments("{'account_id':'a','pricing_country':'Atlantis'}", "currency: required"),
                arguments("{'account_id':'a','pricing_country':'ATA'}", "currency: required"),
                arguments("{'account_id':'a','pricing_country':'USA','organizations':["
                        + IntStream.rangeClosed(0, AccountReader.MAX_ORGANIZATIONS).mapToObj(i -> "'o" + i + "'")
                                .collect(Collectors.joining(",")) + "]}", "organizations: max_items"));
    }

    @ParameterizedTest
    @MethodSource("wrongAccounts")
    void everythingWrongWithAnAccountIsListed(String body, String rules) {
        assertThat(String.join(", ", rules(problem(() -> accounts.register("a", json(body)))))).isEqualTo(rules);
        assertThat(fixture.store.writes()).isZero();
    }

    @Test
    void anAccountIdThatNoPathCouldNameIsRefused() {
        refused(400, "invalid", () -> accounts.register("x".repeat(513), account("x".repeat(513), "USA")));
    }

    @ParameterizedTest
    @CsvSource({"USA,USD", "CAN,CAD", "EUR,EUR", "DEU,EUR", "GBR,GBP", "JPN,JPY"})
    void theCurrencyIsThatOfTheCountryWhereNoneIsNamed(String country, String currency) {
        accounts.register("a", account("a", country));
        assertThat(accounts.find("a").currency()).isEqualTo(currency);
    }

    @Test
    void aNamedCurrencyStaysWhereTheCountryDoes() {
        accounts.register("a", json("{'account_id':'a','pricing_country':'USA','currency':'EUR'}"));
        accounts.register("a", account("a", "USA", "o"));
        assertThat(accounts.find("a").currency()).isEqualTo("EUR");
        refused(409, "currency_fixed", () -> accounts.register("a", account("a", "CAN", "o")));
    }

    @Test
    void theCurrencyOfAnAccountIsForEver() {
        accounts.register("a", account("a", "DEU"));
        assertThat(rules(problem(() -> accounts.register("a", account("a", "USA"))))).containsExactly("currency: currency_fixed");
        refused(409, "currency_fixed", () -> accounts.register("a", account("a", "USA")));
        accounts.register("a", account("a", "FRA"));
        assertThat(accounts.find("a").pricingCountry()).isEqualTo("FRA");
    }

    @Test
    void theDefaultAccountKeepsItsCurrencyToo() {
        refused(409, "currency_fixed", () -> accounts.register("1234", account("1234", "CAN")));
        accounts.register("1234", json("{'account_id':'1234','pricing_country':'PRI','currency':'USD','license_type':'GOLD'}"));
        assertThat(accounts.ofOrganization("anyone").licenseType()).isEqualTo("GOLD");
        assertThat(fixture.store.writes()).isEqualTo(1);
    }

    @Test
    void anOrganizationMovesWithinItsCurrency() {
        fixture.register("a", "DEU", "o", "p");
        fixture.register("b", "FRA", "o");
        assertThat(accounts.ofOrganization("o").accountId()).isEqualTo("b");
        assertThat(accounts.find("a").organizations()).containsExactly("p");
        assertThat(accounts.find("b").organizations()).containsExactly("o");
    }

    @Test
    void anOrganizationDoesNotMoveToAnotherCurrency() {
        fixture.register("a", "DEU", "o", "p");
        assertThat(rules(problem(() -> fixture.register("b", "USA", "q", "o", "p"))))
                .containsExactly("organizations: currency_fixed", "organizations: currency_fixed");
        assertThat(accounts.ofOrganization("o").accountId()).isEqualTo("a");
        assertThat(accounts.ofOrganization("q").accountId()).isEqualTo("1234");
    }

    @Test
    void anOrganizationThatUsedSomethingIsRegisteredOnlyInThatCurrency() {
        fixture.catalog.resolve("o", "disk", "small");
        refused(409, "currency_fixed", () -> fixture.register("a", "CAN", "o"));
        fixture.register("b", "USA", "o");
        assertThat(fixture.catalog.resolve("o", "disk", "small").pin().accountId()).isEqualTo("b");
    }

    @Test
    void anOrganizationThatIsNoLongerListedKeepsItsCurrency() {
        fixture.register("a", "DEU", "o");
        fixture.register("a", "DEU");
        refused(422, "currency_fixed", () -> accounts.ofOrganization("o"));
        refused(409, "currency_fixed", () -> fixture.register("b", "USA", "o"));
        fixture.register("c", "FRA", "o");
        assertThat(accounts.ofOrganization("o").accountId()).isEqualTo("c");
    }

    @Test
    void aRegistrationThatBreaksOffIsFinishedByTheNext() {
        fixture.store.beforeWriteOf("catalog/organization/p", () -> {
            throw new StoreException("lost");
        });
        assertThatThrownBy(() -> fixture.register("a", "USA", "o", "p")).isInstanceOf(StoreException.class);
        assertThat(accounts.ofOrganization("o").accountId()).isEqualTo("a");
        assertThat(accounts.ofOrganization("p").accountId()).isEqualTo("1234");
        assertThat(accounts.find("a").organizations()).containsExactly("o");
        fixture.register("a", "USA", "o", "p");
        assertThat(accounts.ofOrganization("p").accountId()).isEqualTo("a");
    }

    @Test
    void theSameRegistrationAgainWritesNothing() {
        fixture.register("a", "USA", "o");
        fixture.store.forget();
        fixture.register("a", "USA", "o");
        assertThat(fixture.store.writes()).isZero();
    }

    @Test
    void twoCatalogsThatRegisterAnAccountAgreeOnItsCurrency() {
        Accounts rival = fixture.another(CatalogFixture.LENIENT).accounts();
        fixture.store.beforeWriteOf("catalog/account", () -> rival.register("a", account("a", "DEU")));
        refused(409, "currency_fixed", () -> fixture.register("a", "USA"));
        assertThat(accounts.find("a").currency()).isEqualTo("EUR");
    }

    @Test
    void twoCatalogsThatMoveAnOrganizationLeaveItWithOne() {
        fixture.register("a", "USA", "o");
        Accounts rival = fixture.another(CatalogFixture.LENIENT).accounts();
        fixture.store.beforeWriteOf("catalog/organization", () -> rival.register("b", account("b", "USA", "o")));
        fixture.register("c", "USA", "o");
        assertThat(accounts.ofOrganization("o").accountId()).isEqualTo("c");
        assertThat(accounts.find("b").organizations()).isEmpty();
    }

    @Test
    void aDefaultWithoutAKnownCurrencyIsRefused() {
        assertThat(new AccountProperties(false, "1", "CAN", null).defaultCurrency()).isEqualTo("CAD");
        assertThatThrownBy(() -> new AccountProperties(false, "1", "Atlantis", null))
                .hasMessageContaining("quipu.accounts.default-currency");
        assertThatThrownBy(() -> new AccountProperties(false, "1", "USA", "dollar")).hasMessageContaining("dollar");
    }
}
