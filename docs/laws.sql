-- Makes docs/laws.md from a lab in which every law's predictions are sealed (scripts/laws_doc.sh).
CREATE TEMP TABLE own AS
SELECT * FROM predictions WHERE rival IS NULL AND observable IS NOT NULL AND regime = 'inside' AND replicate IS NULL;

CREATE TEMP TABLE line AS
SELECT own.law, own.observable, min(kind) AS kind, min(compare) AS compare, max(secondary) AS secondary,
       CASE WHEN min(compare) = 'ratio' THEN CASE WHEN max(eps) = min(eps) THEN min(eps) END
            WHEN min(kind) IN ('K1', 'K2', 'K4') AND max(eps / abs(predicted)) - min(eps / abs(predicted)) < 1e-3
            THEN min(eps / abs(predicted)) END AS relative,
       min(eps) AS eps_min, max(eps) AS eps_max, min(b_th) AS b_min, max(b_th) AS b_max,
       max(draws) AS draws, max(max_replicates) AS s_max, max(method) AS method
FROM own GROUP BY own.law, own.observable;

CREATE TEMP VIEW reason AS
SELECT law, observable, group_concat(eps_reason, '; ') AS eps_reason
FROM (SELECT DISTINCT law, observable, eps_reason FROM own ORDER BY point_id) GROUP BY law, observable;

CREATE TEMP VIEW rivals AS
SELECT law, observable, group_concat(rival || coalesce(' (' || power || ')', ''), ', ') AS rivals
FROM (SELECT law, observable, rival,
             CASE WHEN min(power) >= 0.995 THEN '> .99' WHEN min(power) IS NOT NULL THEN substr(printf('%.2f', min(power)), 2) END AS power
      FROM predictions WHERE rival IS NOT NULL AND regime = 'inside' GROUP BY law, observable, rival)
GROUP BY law, observable;

.mode list
.headers off
SELECT '# The laws, in numbers

What each law bets on, as sealed at standard effort inside its regime: kind of comparison (`docs/statistics.md`), tolerance
with its reason, bound on what the theory itself leaves out (b_th), trials behind one replicate''s fraction (draws), replicates
at the last look (S_max; 1 for what is exact), and the rivals with the least power of refuting them; an order has none, for
it does not say by how much. A per cent sign means: of the predicted value. (2nd) marks what is judged and shown, but does
not decide the law''s verdict.

Made by `scripts/laws_doc.sh` from the laws themselves; do not edit.';

SELECT CASE WHEN row_number() OVER (PARTITION BY laws.pillar ORDER BY line.law, line.observable) = 1
            THEN char(10) || '## ' || laws.pillar || char(10) || char(10)
                 || '| law | observable | kind | tolerance | b_th | draws | S_max | rivals (power) |' || char(10)
                 || '| --- | --- | --- | --- | --- | --- | --- | --- |' || char(10) ELSE '' END
       || '| ' || CASE WHEN row_number() OVER (PARTITION BY line.law ORDER BY line.observable) = 1
                       THEN substr(line.law, instr(line.law, '/') + 1) ELSE '' END
       || ' | `' || line.observable || '`' || CASE secondary WHEN 1 THEN ' (2nd)' ELSE '' END
       || ' | ' || kind
       || ' | ' || CASE WHEN relative IS NOT NULL THEN printf('%.2g', 100 * relative) || ' %'
                        WHEN eps_max < eps_min * 1.001 THEN printf('%.2g', eps_min)
                        ELSE printf('%.2g to %.2g', eps_min, eps_max) END || ': ' || replace(eps_reason, '|', '\|')
       || ' | ' || CASE WHEN b_max = 0 THEN '' WHEN b_max < b_min * 1.001 THEN printf('%.2g', b_min)
                        ELSE printf('%.2g to %.2g', b_min, b_max) END
       || ' | ' || CASE WHEN kind = 'K9' THEN draws ELSE '' END
       || ' | ' || CASE method WHEN 'deterministic' THEN 1 ELSE s_max END
       || ' | ' || coalesce(rivals, '') || ' |'
FROM line JOIN laws USING (law) JOIN reason USING (law, observable) LEFT JOIN rivals USING (law, observable)
ORDER BY CASE laws.pillar WHEN 'crosscutting' THEN 1 ELSE 0 END, laws.pillar, line.law, line.observable;
