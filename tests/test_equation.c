/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of equations as the program shows it: nothing missing, nothing too
 * wide, and the signs where they belong. */
#include "config.h"

#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "lesson/equation.h"

/* In letters and signs; the caller frees it. */
static char *unicode(const char *ascii) {
  const size_t size = 3 * strlen(ascii) + 1;
  char *text = malloc(size);
  cr_assert_eq(mg_equation_unicode(ascii, text, size), GSL_SUCCESS, "%s: %s",
               ascii, mg_reason());
  return text;
}

static void becomes(const char *ascii, const char *expected) {
  char *text = unicode(ascii);
  cr_expect_str_eq(text, expected, "'%s' becomes\n%s\nnot\n%s", ascii, text,
                   expected);
  free(text);
}

static void stays(const char *ascii) {
  becomes(ascii, ascii);
}

/* What is printed of an equation; the caller frees it. */
static char *printed(const mg_equation *e, bool utf8, size_t width) {
  char *text = NULL;
  size_t size;
  FILE *stream = open_memstream(&text, &size);
  cr_assert_eq(mg_equation_print(stream, e, utf8, width), GSL_SUCCESS, "%s",
               mg_reason());
  fclose(stream);
  return text;
}

static size_t widest(const char *text) {
  size_t most = 0, columns = 0;
  for (; *text; text++) {
    columns += ((unsigned char)*text & 0xc0) != 0x80;
    columns = *text == '\n' ? 0 : columns;
    most = columns > most ? columns : most;
  }
  return most;
}

static const mg_equation *found(const char *id) {
  const mg_equation *e = mg_equation_find(id);
  cr_assert_not_null(e, "%s: %s", id, mg_reason());
  return e;
}

/* ---- the table ---- */

Test(equation, every_entry_is_whole) {
  for (const mg_equation *e = mg_equations; e->id; e++) {
    cr_expect_eq(found(e->id), e, "%s stands there twice", e->id);
    cr_expect(*e->section && *e->meaning && *e->text, "%s: a part is missing",
              e->id);
    cr_expect(strncmp(e->where, "In ", 3) == 0, "%s: %s", e->id, e->where);
    cr_expect(!strchr(e->where, '`') && !strchr(e->meaning, '`'),
              "%s: quotes of the page are left", e->id);
    cr_expect(e->text[0] != ' ' && e->text[strlen(e->text) - 1] != '\n',
              "%s: blanks about the equation", e->id);
  }
}

Test(equation, the_program_holds_the_page) {
  const char *folder = getenv("srcdir");
  char path[4096], line[512];
  size_t entries = 0, held = 0;
  snprintf(path, sizeof path, "%s/docs/EQUATIONS.md", folder ? folder : ".");
  FILE *page = fopen(path, "r");
  if (!page)
    cr_skip_test("no page at %s", path);
  while (fgets(line, sizeof line, page))
    entries += strncmp(line, "**[", 3) == 0;
  fclose(page);
  while (mg_equations[held].id)
    held++;
  cr_expect_eq(held, entries, "%zu held, %zu on the page", held, entries);
  cr_expect_gt(held, 50, "only %zu", held);
}

Test(equation, an_entry_with_all_its_parts) {
  const mg_equation *e = found("em.2");
  cr_expect_str_eq(e->section, "Gaussian mixture by EM", "%s", e->section);
  cr_expect_str_eq(e->meaning, "Responsibilities, the E step.", "%s",
                   e->meaning);
  cr_expect_str_eq(e->where,
                   "In mg_gmm_responsibilities, src/models/gmm_bound.c, and "
                   "mg_gmm_gather, src/models/gmm_em.c.",
                   "%s", e->where);
  cr_expect_str_empty(e->source, "%s", e->source);
  e = found("[mvn.1]");
  cr_expect_str_eq(e->section,
                   "Gaussian in D dimensions, Sigma = L L^T, e = L^-1 (x - m)",
                   "%s", e->section);
  e = found("implicit.1");
  cr_expect_str_eq(e->source, "Figurnov, Mohamed & Mnih (2018), equation 5.",
                   "%s", e->source);
}

Test(equation, an_unknown_id_is_answered_with_the_closest) {
  cr_expect_null(mg_equation_find("emm.3"), "emm.3 was found");
  cr_expect_str_eq(mg_reason(), "no equation 'emm.3'; the closest: em.3", "%s",
                   mg_reason());
  const char *wrong[] = {"", "[", "[]", "em", "em.", "[em.2", "em.22", "EM.2"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    cr_expect_null(mg_equation_find(wrong[i]), "'%s' was found", wrong[i]);
    cr_expect(strstr(mg_reason(), "closest: "), "%s", mg_reason());
  }
  cr_expect_null(mg_equation_find("em.99"), "em.99 was found");
  cr_expect(strstr(mg_reason(), "em.1, em.2, em.3"), "%s", mg_reason());
}

/* ---- printing ---- */

Test(equation, a_page_of_80_columns) {
  for (const mg_equation *e = mg_equations; e->id; e++) {
    char *ascii = printed(e, false, 80), *signs = printed(e, true, 80);
    char *text = unicode(e->text);
    cr_expect_leq(widest(ascii), 80, "%s is wider:\n%s", e->id, ascii);
    cr_expect_leq(widest(signs), 80, "%s is wider:\n%s", e->id, signs);
    for (const char *at = ascii; *at; at++)
      cr_expect_geq(*at, 0, "%s is not ASCII:\n%s", e->id, ascii);
    /* Lines of the equation are whole: each stands there with its blanks. */
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
      cr_expect(strstr(signs, line), "%s: '%s' not in\n%s", e->id, line, signs);
    free(text);
    free(ascii);
    free(signs);
  }
}

Test(equation, no_window_is_too_narrow) {
  const size_t widths[] = {8, 13, 20, 30, 40, 60, 79, 200};
  for (const mg_equation *e = mg_equations; e->id; e++)
    for (size_t i = 0; i < 2 * sizeof widths / sizeof *widths; i++) {
      char *text = printed(e, i % 2, widths[i / 2]);
      cr_expect_leq(widest(text), widths[i / 2], "%s in %zu columns:\n%s",
                    e->id, widths[i / 2], text);
      free(text);
    }
}

Test(equation, in_full) {
  const mg_equation e = {"a.1",
                         "Part, mu",
                         "A meaning that is long.",
                         "a = mu\n  = b + c",
                         "In f, src/f.c.",
                         "Somebody (1900)."};
  char *text = printed(&e, false, 20);
  cr_expect_str_eq(text,
                   "[a.1] Part, mu\nA meaning that is\nlong.\n\n"
                   "    a = mu\n      = b + c\n\n"
                   "In f, src/f.c.\nSource: Somebody\n(1900).\n",
                   "printed:\n%s", text);
  free(text);
  text = printed(&e, true, 10);
  cr_expect_str_eq(text,
                   "[a.1]\nPart, μ\nA meaning\nthat is\nlong.\n\n"
                   " a = μ\n   = b + c\n\nIn f,\nsrc/f.c.\n"
                   "Source:\nSomebody\n(1900).\n",
                   "printed:\n%s", text);
  free(text);
  text = printed(&e, false, 8);
  cr_expect(strstr(text, "\n\na = mu\n= b + c\n\n"), "printed:\n%s", text);
  free(text);
}

/* ---- letters and signs ---- */

Test(equation, letters_and_signs) {
  static const char *const pairs[][2] = {
      {"mu", "μ"},
      {"mu_k Sigma_k sigma0 alpha0_kj theta_(t+1) pi_{k}",
       "μ_k Σ_k σ0 α0_kj θ_(t+1) π_{k}"},
      {"alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi",
       "α β γ δ ε ζ η θ κ λ μ ν ξ π"},
      {"rho sigma tau phi chi psi omega", "ρ σ τ φ χ ψ ω"},
      {"Delta Theta Lambda Sigma Phi Psi Omega", "Δ Θ Λ Σ Φ Ψ Ω"},
      {"log Gamma(a) - psi(a)", "log Γ(a) - ψ(a)"},
      {"sum_k w_k prod_j p_j sum_(m /= i) int_{-inf}^x",
       "∑_k w_k ∏_j p_j ∑_(m ≠ i) ∫_{−∞}^x"},
      {"int_0^inf, +inf, else -inf, (-inf, inf)",
       "∫_0^∞, +∞, else −∞, (−∞, ∞)"},
      {"sqrt(2 pi)", "√(2 π)"},
      {"a <= b >= c /= d, 1 +- 2, x -> y", "a ≤ b ≥ c ≠ d, 1 ± 2, x → y"},
      {"x>=-inf, x<=-1", "x≥−∞, x≤-1"},
      {"log p(x) = ELBO + KL(q || p)", "log p(x) = ELBO + KL(q ‖ p)"},
      {"||x - mu||^2", "‖x - μ‖²"},
      {"x^2 + (x - m)^3, e e^T, L^-1 x, L^-T e.",
       "x² + (x - m)³, e eᵀ, L⁻¹ x, L⁻ᵀ e."},
      {"q_phi(z | x) p_theta(x, z)", "q_φ(z | x) p_θ(x, z)"},
      {"mu' -mu mu/sigma (mu) |mu|,mu.", "μ' -μ μ/σ (μ) |μ|,μ."},
      {"", ""}};
  for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
    becomes(pairs[i][0], pairs[i][1]);
}

Test(equation, what_is_no_such_word_stays) {
  static const char *const texts[] = {
      "alphabet mug pin beta2x information Sigmas supi",
      "mg_gamma_sample mg_beta gamma_mean my_mu d_mu log_pi sigma_max _mu",
      "src/dist/gamma.c, beta.h, [gamma.1] and [beta.6]",
      "the gamma law, a beta distribution; Gamma, shape a",
      "its sum is 1; the product; int i; sum over j; prod",
      "mg_sum_two sum_exp log_sum_exp sum_²",
      "2^53 x^n x^(a/2) x^1.5 e^Tx ^2",
      "<=> <<= === <- --> => ||| |a||b| o->rate",
      "--alpha --beta=2",
      "`mu_k <= x^2` and `--set alpha`",
      "Mächler étapi naïve β_eta",
      "a - b, a-b, a = b, a / b, a | b, a < b"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    stays(texts[i]);
  becomes("`mu` mu `mu` mu", "`mu` μ `mu` μ");
}

/* Each of these is a trap for the alignment: a gap at the end of what shrank,
 * an indent under a bracket, two gaps in a line, words that stand under each
 * other by chance (e_k and N, a and z). */
Test(equation, columns_line_up) {
  becomes("KL = (sigma^2 - 1) - log r,   r = sigma0,\n"
          "                              m = mu0",
          "KL = (σ² - 1) - log r,   r = σ0,\n"
          "                         m = μ0");
  becomes("d / d sigma = a\n"
          "d / d s     = b",
          "d / d σ     = a\n"
          "d / d s     = b");
  becomes("mu =  -sum_j a\n"
          "   =   int_x b",
          "μ =  -∑_j a\n"
          "  =   ∫_x b");
  becomes("theta = min(theta_k,\n"
          "            mu)",
          "θ = min(θ_k,\n"
          "        μ)");
  becomes("theta  a,   lambda\n"
          "b      mu,  sigma",
          "θ      a,   λ\n"
          "b      μ,   σ");
  becomes("w_k = N_k / N,   mu_k' = mu_k + e_k,   e_k = s_k / N_k\n"
          "Sigma_k = S_k / N_k - e_k e_k^T + f (N / N_k) I",
          "w_k = N_k / N,   μ_k' = μ_k + e_k,   e_k = s_k / N_k\n"
          "Σ_k = S_k / N_k - e_k e_kᵀ + f (N / N_k) I");
  becomes("mu theta,   a\n"
          "x yyyyyyyyy z",
          "μ θ,   a\n"
          "x yyyyyyyyy z");
  becomes("a mu\n    under nothing", "a μ\n    under nothing");
  becomes("\n\n  mu\n", "\n\n  μ\n");
}

/* ---- laws of the replacement, on every entry and on chance ---- */

static void check_laws(const char *ascii) {
  char *once = unicode(ascii), *twice = unicode(once);
  cr_expect_str_eq(once, twice, "'%s':\n%s\nand applied again\n%s", ascii, once,
                   twice);
  cr_expect_leq(widest(once), widest(ascii), "'%s' grew:\n%s", ascii, once);
  free(once);
  free(twice);
}

Test(equation, twice_is_once_and_nothing_grows) {
  for (const mg_equation *e = mg_equations; e->id; e++) {
    check_laws(e->text);
    check_laws(e->meaning);
    check_laws(e->section);
  }
  static const char *const pieces[] = {
      "mu", "theta", "sum_", "int",  "_k", "Gamma", "(",  ")",  "inf", "-",
      "+",  "<",     "=",    ">",    "/",  "|",     "^",  "2",  "T",   "1",
      " ",  "  ",    "   ",  "\n",   ".",  "`",     "ä",  "∑",  "²",   "x",
      "d",  "_",     "phi",  " law", "\n", "    ",  "a ", " =", "{",   "'"};
  unsigned long state = 1;
  for (int i = 0; i < 8000; i++) {
    char text[256] = "";
    for (int n = 0; n < 24; n++) {
      state = (state * 1103515245 + 12345) & 0x7fffffff;
      strcat(text, pieces[(state >> 8) % (sizeof pieces / sizeof *pieces)]);
    }
    check_laws(text);
  }
}

Test(equation, a_text_that_is_too_small_is_refused) {
  char text[32] = "full";
  cr_expect_eq(mg_equation_unicode("mu <= 2", text, 21), GSL_EBADLEN, "taken");
  cr_expect_str_empty(text, "'%s' is left", text);
  cr_expect_eq(mg_equation_unicode("mu <= 2", text, 22), GSL_SUCCESS, "%s",
               mg_reason());
  cr_expect_str_eq(text, "μ ≤ 2", "'%s'", text);
  cr_expect_eq(mg_equation_unicode("", NULL, 0), GSL_EBADLEN, "taken");
}
